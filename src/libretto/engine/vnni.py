"""Matrix times vector of 8-bit and 4-bit blocks in AVX-512 VNNI, written as LLVM instructions for numba.

Weights are unsigned around a middle (128 or 8), activations signed bytes; both have a float32 scale for every block.
They lie in tiles of 64 rows, in the order in which they are read: block, group of four columns, row, column. An
instruction then multiplies 16 rows by four columns each, and no sum ever runs across a register. In 4 bits a byte
holds the same place of two neighbouring groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

TILE = 64
_LANES, _PARTS = 16, 4  # a tile is four registers of rows
_INTEGERS = ir.VectorType(ir.IntType(32), _LANES)
_FLOATS = ir.VectorType(ir.FloatType(), _LANES)
_WORD, _LONG = ir.IntType(32), ir.IntType(64)


def supported() -> bool:
    """Whether this processor has the instructions."""
    features = binding.get_host_cpu_features()
    return bool(features.get("avx512f") and features.get("avx512vnni"))


def tiles(matrices: Sequence[tuple[np.ndarray, np.ndarray]], *, bits: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Matrices as MatMulNBits has them (packed [N, blocks, bytes], scales [N, blocks]), one after another in tiles.

    Returns:
        weights uint8, scales float32, and where each matrix lies: int64 [matrices, 3] of its first byte, its first scale
        and its number of tiles.
    """
    weights, scales = (_aligned(sum(pair[part].size for pair in matrices), kind) for part, kind in enumerate((np.uint8, np.float32)))
    places, byte, number = [], 0, 0
    for packed, steps in matrices:
        places.append((byte, number, len(packed) // TILE))
        split = steps.reshape(-1, TILE, steps.shape[1]).transpose(0, 2, 1)
        scales[number : number + steps.size] = split.ravel()
        weights[byte : byte + packed.size] = _tiled(packed, bits).ravel()
        byte, number = byte + packed.size, number + steps.size
    return weights, scales, np.array(places)


def _tiled(packed: np.ndarray, bits: int) -> np.ndarray:
    rows, blocks = packed.shape[:2]
    codes = packed if bits == 8 else np.stack([packed & 15, packed >> 4], axis=-1).reshape(rows, blocks, -1)
    split = codes.reshape(rows // TILE, TILE, blocks, codes.shape[2] // 4, 4).transpose(0, 2, 3, 1, 4)
    return split if bits == 8 else split[:, :, 0::2] | split[:, :, 1::2] << 4


def _aligned(count: int, kind: Any) -> np.ndarray:
    """Zeros whose first byte lies on a cache line."""
    size = count * np.dtype(kind).itemsize
    raw = np.zeros(size + 64, np.uint8)
    start = -raw.ctypes.data % 64
    return raw[start : start + size].view(kind)


class _Emitter:
    """Instructions on addresses."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder
        triple = ir.FunctionType(_INTEGERS, [_INTEGERS] * 3)
        self._dot = cgutils.get_or_insert_function(builder.module, triple, "llvm.x86.avx512.vpdpbusd.512")
        triple = ir.FunctionType(_FLOATS, [_FLOATS] * 3)
        self._fused = cgutils.get_or_insert_function(builder.module, triple, "llvm.fma.v16f32")

    def moved(self, address: Any, index: Any, size: int) -> Any:
        return self.builder.add(address, self.builder.mul(index, ir.Constant(_LONG, size)))

    def load(self, address: Any, offset: int, kind: Any, *, align: int) -> Any:
        place = self.builder.inttoptr(self.builder.add(address, ir.Constant(_LONG, offset)), kind.as_pointer())
        value = self.builder.load(place)
        value.align = align
        return value

    def store(self, value: Any, address: Any, offset: int) -> None:
        place = self.builder.inttoptr(self.builder.add(address, ir.Constant(_LONG, offset)), value.type.as_pointer())
        self.builder.store(value, place).align = 4

    def spread(self, value: Any, kind: Any) -> Any:
        empty = ir.Constant(kind, ir.Undefined)
        first = self.builder.insert_element(empty, value, ir.Constant(_WORD, 0))
        return self.builder.shuffle_vector(first, empty, ir.Constant(_INTEGERS, [0] * _LANES))

    def dot(self, total: Any, weights: Any, codes: Any) -> Any:
        return self.builder.call(self._dot, [total, weights, codes])

    def fused(self, one: Any, other: Any, total: Any) -> Any:
        return self.builder.call(self._fused, [one, other, total])


def _block8(emit: _Emitter, weights: Any, codes: Any, totals: list[Any], block: int) -> list[Any]:
    for group in range(block // 4):
        four = emit.spread(emit.load(codes, 4 * group, _WORD, align=4), _INTEGERS)
        totals = [
            emit.dot(total, emit.load(weights, (group * _PARTS + part) * 64, _INTEGERS, align=64), four)
            for part, total in enumerate(totals)
        ]
    return totals


def _block4(emit: _Emitter, weights: Any, codes: Any, totals: list[Any], block: int) -> list[Any]:
    low, shift = ir.Constant(_INTEGERS, [0x0F0F0F0F] * _LANES), ir.Constant(_INTEGERS, [4] * _LANES)
    for pair in range(block // 8):
        first, second = (emit.spread(emit.load(codes, 8 * pair + 4 * half, _WORD, align=4), _INTEGERS) for half in (0, 1))
        for part in range(_PARTS):
            both = emit.load(weights, (pair * _PARTS + part) * 64, _INTEGERS, align=64)
            upper = emit.builder.and_(emit.builder.lshr(both, shift), low)
            totals[part] = emit.dot(emit.dot(totals[part], emit.builder.and_(both, low), first), upper, second)
    return totals


def _product(bits: int, block: int) -> Any:
    multiply = _block8 if bits == 8 else _block4

    @intrinsic
    def product(typingctx, weights, scales, codes, steps, middles, blocks, out):  # type: ignore[no-untyped-def]
        """64 rows of matrix times vector; all arguments are addresses but ``blocks``. ``middles`` int32 [blocks] is what
        the weights' middle adds to each block's sum, taken off beforehand."""

        def emit_code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            weights, scales, codes, steps, middles, blocks, out = args
            emit = _Emitter(builder)
            sums = [cgutils.alloca_once_value(builder, ir.Constant(_FLOATS, [0.0] * _LANES)) for _ in range(_PARTS)]
            with cgutils.for_range(builder, blocks) as loop:
                start = emit.spread(emit.load(emit.moved(middles, loop.index, 4), 0, _WORD, align=4), _INTEGERS)
                step = emit.spread(emit.load(emit.moved(steps, loop.index, 4), 0, ir.FloatType(), align=4), _FLOATS)
                here = emit.moved(weights, loop.index, TILE * block * bits // 8)
                totals = multiply(emit, here, emit.moved(codes, loop.index, block), [start] * _PARTS, block)
                scale = emit.moved(scales, loop.index, TILE * 4)
                for part, total in enumerate(totals):
                    both = builder.fmul(emit.load(scale, part * 64, _FLOATS, align=64), step)
                    builder.store(emit.fused(builder.sitofp(total, _FLOATS), both, builder.load(sums[part])), sums[part])
            for part, total in enumerate(sums):
                emit.store(builder.load(total), out, part * 64)
            return context.get_dummy_value()

        return types.void(*[types.intp] * 7), emit_code

    return product


BLOCK = {8: 64, 4: 32}  # weights that share a scale, as ``engine.graph`` makes them
product8, product4 = _product(8, BLOCK[8]), _product(4, BLOCK[4])


@intrinsic
def as_float(typingctx, bits):  # type: ignore[no-untyped-def]
    """The float32 whose bits are those of an int32."""
    def emit_code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.FloatType())

    return types.float32(types.int32), emit_code


@intrinsic
def from_half(typingctx, bits):  # type: ignore[no-untyped-def]
    """The float32 of a float16 whose bits are given as uint16."""
    def emit_code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fpext(builder.bitcast(args[0], ir.HalfType()), ir.FloatType())

    return types.float32(types.uint16), emit_code
