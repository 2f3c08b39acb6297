"""The peer of ``generate.py``: MusicGen of Hugging Face transformers with random weights, driven line by line.

    echo '{"seconds": 2, "guidance": 3}' | python benchmarks/musicgen.py --threads 2

Its parts have about as many parameters as ours: a T5 encoder of 14M, a decoder of 18M (ours: three stages), an EnCodec decoder
of 10M; or, with --codec-filters 64, the 28M of the published EnCodec. Token rate and codebooks are MusicGen's own (50 Hz x 4
x 2048, 32 kHz), and so are sampling and guidance. Reads requests, writes a line of JSON for each; the first line out tells
the parameters.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from typing import Any


def build(filters: int) -> Any:
    """The model, in evaluation mode."""
    from transformers import (
        EncodecConfig,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        T5Config,
    )

    text = T5Config(vocab_size=8192, d_model=384, d_kv=64, num_heads=6, d_ff=1536, num_layers=6)
    codec = EncodecConfig(
        sampling_rate=32_000, audio_channels=1, upsampling_ratios=[8, 5, 4, 4], num_filters=filters, codebook_dim=128,
        codebook_size=2048, hidden_size=128, num_lstm_layers=2, target_bandwidths=[2.2], use_causal_conv=False,
        use_conv_shortcut=False, norm_type="weight_norm",
    )
    decoder = MusicgenDecoderConfig(
        vocab_size=2048, hidden_size=320, num_hidden_layers=8, ffn_dim=1280, num_attention_heads=5, num_codebooks=4,
    )
    config = MusicgenConfig(text_encoder=text.to_dict(), audio_encoder=codec.to_dict(), decoder=decoder.to_dict())
    return MusicgenForConditionalGeneration(config).eval()


def count(module: Any) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--codec-filters", type=int, default=38)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    model = build(options.codec_filters)
    parts = {"text": count(model.text_encoder), "stages": count(model.decoder), "codec": count(model.audio_encoder.decoder)}
    versions = {"transformers": transformers.__version__, "torch": torch.__version__, "threads": options.threads}
    print(json.dumps({"parameters": parts, **versions}), flush=True)
    rate = model.config.audio_encoder.frame_rate
    prompt = torch.randint(1, 8192, (1, 16))
    for line in sys.stdin:
        request = json.loads(line)
        tokens = round(request["seconds"] * rate) + model.config.decoder.num_codebooks - 1
        started, before = time.perf_counter(), time.process_time()
        with torch.inference_mode():
            audio = model.generate(
                input_ids=prompt, attention_mask=torch.ones_like(prompt), do_sample=True, guidance_scale=request["guidance"],
                max_new_tokens=tokens, min_new_tokens=tokens,
            )
        spent = {"elapsed": time.perf_counter() - started, "cpu": time.process_time() - before}
        print(json.dumps({"seconds": audio.shape[-1] / model.config.audio_encoder.sampling_rate, **spent}), flush=True)


if __name__ == "__main__":
    main()
