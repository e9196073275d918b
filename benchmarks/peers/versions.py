"""The versions of what takes part on PyTorch's side."""

import platform

import torch


def read():
    if not torch.cuda.is_available():
        raise RuntimeError("torch sees no GPU")
    found = {
        "Python": platform.python_version(),
        "torch": torch.__version__,
        "torch's CUDA": str(torch.version.cuda),
        "cuDNN": str(torch.backends.cudnn.version()),
    }
    try:
        import triton

        found["Triton"] = triton.__version__
    except ImportError:
        pass
    return found
