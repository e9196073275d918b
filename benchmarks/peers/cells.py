"""The peers of one cell: FlashAttention-2 and cuDNN by scaled_dot_product_attention, and compiled flex_attention."""

import gc

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.attention.flex_attention import create_block_mask, flex_attention
from torch.nn.functional import scaled_dot_product_attention

from variants import mask_of, score_of, table_of

BACKENDS = {"fa2": SDPBackend.FLASH_ATTENTION, "cudnn": SDPBackend.CUDNN_ATTENTION}


class Peer:
    """One call of one implementation, as often as asked for, with the cell's sets of inputs in turn."""

    is_by_clock = False
    calls = None
    # Cycles that the GPU spins before the calls of a timing, for each: the host has queued them when it starts on them.
    # The slowest host code of a forward call takes about 0.1 ms.
    head_start = 250_000

    def __init__(self, call, sets):
        self.call = call
        self.sets = sets

    def __call__(self, i):
        return self.call(*self.sets[i % len(self.sets)])

    def blocks(self):
        return None


class BackwardPeer(Peer):
    """The backward call alone, on outputs that forward calls have made before."""

    head_start = 800_000

    def __init__(self, forward, sets, further):
        # Buffers that a backward call may overwrite cannot serve the next one.
        torch._functorch.config.donated_buffer = False
        graphs = []
        for *inputs, d_output in sets:
            graphs.append((forward(*inputs), inputs + further, d_output))
        super().__init__(self.gradients, graphs)

    @staticmethod
    def gradients(output, inputs, d_output):
        return torch.autograd.grad(output, inputs, d_output, retain_graph=True)


class BlockMaskPeer(Peer):
    """The creation of block masks, up to the last one's last byte on the GPU."""

    is_by_clock = True

    def __init__(self, call):
        super().__init__(call, [[]])

    def blocks(self):
        mask = self(0)
        full = 0 if mask.full_kv_num_blocks is None else mask.full_kv_num_blocks.sum().item()
        return [mask.kv_num_blocks.sum().item(), full]


class Cell:
    """The inputs of one cell, and the peers on them."""

    def __init__(self, cell):
        torch.manual_seed(0)
        self.cell = cell
        self.sets = [] if cell["suite"] == "blockmask" else [self.inputs() for _ in range(cell["sets"])]

    def peer(self, name):
        if self.cell["suite"] == "blockmask":
            return BlockMaskPeer(self.block_mask())
        table = table_of(self.cell)
        forward = self.flex(table) if name == "flex" else self.sdpa(BACKENDS[name])
        if self.cell["suite"] != "backward":
            return Peer(forward, self.sets)
        return BackwardPeer(forward, self.sets, [table] if table is not None and table.requires_grad else [])

    def inputs(self):
        cell = self.cell
        q = (cell["B"], cell["Hq"], cell["q_length"], cell["D"])
        kv = (cell["B"], cell["Hkv"], cell["kv_length"], cell["D"])
        made = [torch.randn(shape, dtype=torch.bfloat16, device="cuda") for shape in (q, kv, kv)]
        if cell["suite"] != "backward":
            return made
        return [tensor.requires_grad_() for tensor in made] + [torch.randn(q, dtype=torch.bfloat16, device="cuda")]

    def flex(self, table=None):
        cell = self.cell
        mask, score = mask_of(cell), score_of(cell, table)
        blocks = None
        if mask is not None:
            blocks = create_block_mask(mask, None, None, cell["q_length"], cell["kv_length"], device="cuda")
        grouped = cell["Hq"] != cell["Hkv"]
        compiled = torch.compile(flex_attention, dynamic=False)
        return lambda q, k, v: compiled(q, k, v, score_mod=score, block_mask=blocks, enable_gqa=grouped)

    def sdpa(self, backend):
        causal, grouped = self.cell["variant"] == "causal", self.cell["Hq"] != self.cell["Hkv"]

        def call(q, k, v):
            with sdpa_kernel(backend):
                return scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=grouped)

        return call

    def block_mask(self):
        cell = self.cell
        mask = mask_of(cell)
        create = torch.compile(create_block_mask)
        return lambda: create(mask, None, None, cell["q_length"], cell["kv_length"], device="cuda")


def release():
    """Forgets compiled code and frees the GPU's memory of what nothing refers to any longer."""
    torch.compiler.reset()
    gc.collect()
    torch.cuda.empty_cache()
