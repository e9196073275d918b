using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace FlexAttention.Tests.Runtime;

/// <summary>The build's own analyzers look for code that native AOT cannot compile; these hold the project to using them.</summary>
public sealed class NativeAotTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Runtime = typeof(Device).Assembly;

    [Test]
    public void Library_IsBuiltForNativeAot() =>
        Assert.That(
            Runtime.GetCustomAttributes<AssemblyMetadataAttribute>().Select(metadata => (metadata.Key, metadata.Value)),
            Does.Contain(("IsTrimmable", "True")).And.Contain(("IsAotCompatible", "True")));

    [Test]
    public void NoMember_AsksItsCallersToAvoidNativeAot() =>
        Assert.That(
            Runtime.GetTypes().SelectMany(type => type.GetMembers(Declared).Append(type)).Where(NeedsMoreThanNativeAot), Is.Empty);

    private static bool NeedsMoreThanNativeAot(MemberInfo member) =>
        member.IsDefined(typeof(RequiresDynamicCodeAttribute)) || member.IsDefined(typeof(RequiresUnreferencedCodeAttribute));
}
