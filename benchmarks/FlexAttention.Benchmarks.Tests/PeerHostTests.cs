using System.Diagnostics;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Tests;

/// <summary>The protocol, against a script that answers as the peers' does, or ends, or answers nonsense.</summary>
public sealed class PeerHostTests
{
    private const string Script =
        """
        import json, sys
        expected = {
            "suite": "forward", "variant": "causal", "B": 4, "Hq": 16, "Hkv": 8, "q_length": 64, "kv_length": 128, "D": 32, "sets": 2,
            "window": 9, "document_starts": [0, 5]}
        for line in sys.stdin:
            request = json.loads(line)
            reply = {"ok": True}
            if request["do"] == "hello":
                reply["versions"] = {"torch": "0"}
            elif request["do"] == "cell":
                reply["ok"] = request["cell"] == expected
            elif request["do"] == "prepare":
                if request["peer"] == "fa2":
                    sys.exit("ValueError: out of luck")
                reply = {"ok": request["peer"] != "cudnn", "error": "not supported"}
            elif request["do"] == "time":
                reply["ms"] = request["burst_ms"] / 4
            print(json.dumps(reply), flush=True)
        """;

    private static readonly Cell Cell = new("forward", "causal", 4, 16, 8, 64, 128, 32, 2, 9, [0, 5]);

    [Test]
    public void Prepare_LeavesOutPeersThatFailOrEndTheProcess()
    {
        using PeerHost host = Start(Script);
        PreparedPeers prepared = host.Prepare(Cell, PeerNames.All);
        Assert.That(host.Versions["torch"], Is.EqualTo("0"));
        Assert.That(prepared.Contenders.Select(contender => contender.Name), Is.EqualTo([PeerNames.Flex]));
        Assert.That(prepared.Absent[PeerNames.Cudnn], Is.EqualTo("not supported"));
        Assert.That(prepared.Absent[PeerNames.FlashAttention2], Does.Contain("out of luck"));
        Assert.That(prepared.Contenders[0].Time(), Is.EqualTo(5));
        Assert.That(prepared.Contenders[0].Failure, Is.Null);
    }

    [Test]
    public void Time_SaysWhyAPeerFailedLater()
    {
        using PeerHost host = Start(Script.Replace("reply[\"ms\"] = request[\"burst_ms\"] / 4", "sys.exit('gone')", StringComparison.Ordinal));
        PeerContender contender = host.Prepare(Cell, [PeerNames.Flex]).Contenders.Single();
        Assert.That(contender.Time(), Is.NaN);
        Assert.That(contender.Failure, Is.EqualTo("the process ended: gone"));
    }

    [TestCase("print('hello', flush=True); input()", "no reply but 'hello'")]
    [TestCase("import sys; sys.exit('no torch')", "no torch")]
    public void TryStart_SaysWhyThereAreNoPeers(string script, string reason)
    {
        RequirePython();
        Assert.That(PeerHost.TryStart(() => Python(script), out string? said), Is.Null);
        Assert.That(said, Does.Contain(reason));
    }

    [Test]
    public void TryStart_SaysThatThereIsNoPython()
    {
        Assert.That(PeerHost.TryStart(static () => new ProcessStartInfo("no-such-python"), out string? reason), Is.Null);
        Assert.That(reason, Does.Contain("no-such-python"));
    }

    [Test]
    public void Script_AnswersWithoutTorch()
    {
        RequirePython();
        using var script = new PeerScript("python3", cache: null);
        using PeerProcess process = PeerProcess.Start(script.Start());
        PeerReply reply = process.Ask(new("time", Peer: "flex", BurstMs: 1), TimeSpan.FromMinutes(1));
        Assert.That(reply.Ok, Is.False);
        Assert.That(reply.Error, Is.Not.Empty);
    }

    [Test]
    public void Ask_EndsAProcessThatDoesNotAnswer()
    {
        RequirePython();
        using PeerProcess process = PeerProcess.Start(Python("import time; time.sleep(60)"));
        Assert.That(
            () => process.Ask(new("hello"), TimeSpan.FromMilliseconds(200)),
            Throws.TypeOf<PeerLostException>().With.Message.Contains("no answer to 'hello'"));
    }

    private static PeerHost Start(string script)
    {
        RequirePython();
        return PeerHost.TryStart(() => Python(script), out string? reason) ?? throw new AssertionException(reason!);
    }

    private static ProcessStartInfo Python(string script) => new("python3", ["-u", "-c", script]);

    private static void RequirePython()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("python3", "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("There is no python3 here.");
        }
    }
}
