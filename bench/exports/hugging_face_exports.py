"""Exports of Hugging Face's transformers with their image processor's files beside, and what that processor makes of them."""

import os

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers as hf
from common import FLOOR, calibrate, folder, let_pass, reference, sized, spread, sweep, widen

CLASSES = {number: f"class {number}" for number in range(20)}
named = {"id2label": CLASSES, "label2id": {name: number for number, name in CLASSES.items()}}
small = {
    "d_model": 64,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_ffn_dim": 128,
    "decoder_ffn_dim": 128,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
}
stages = {"embedding_size": 32, "hidden_sizes": [32, 64, 128, 256], "depths": [1, 1, 1, 1], "layer_type": "basic"}


def resnet(*levels):
    return {"backbone_config": hf.ResNetConfig(**stages, out_features=list(levels)), "use_timm_backbone": False, "use_pretrained_backbone": False, "backbone": None}


def rt_detr(config):
    backbone = hf.RTDetrResNetConfig(**stages, out_features=["stage2", "stage3", "stage4"])
    channels = {"encoder_in_channels": [64, 128, 256], "encoder_hidden_dim": 64, "decoder_in_channels": [64, 64, 64]}
    sizes = {key: value for key, value in small.items() if key != "encoder_layers"}
    return config(backbone_config=backbone, **channels, **{**sizes, "decoder_layers": 3}, **named)


# Model, its configuration, its processor and what that is told.
MODELS = {
    "detr": (hf.DetrForObjectDetection, lambda: hf.DetrConfig(**resnet("stage4"), **small, **named), hf.DetrImageProcessor, {}),
    "yolos": (
        hf.YolosForObjectDetection,
        lambda: hf.YolosConfig(hidden_size=96, num_hidden_layers=4, num_attention_heads=3, intermediate_size=192, image_size=[512, 864], use_mid_position_embeddings=True, **named),
        hf.YolosImageProcessor,
        {"size": {"shortest_edge": 512, "longest_edge": 1333}},
    ),
    "conditional_detr": (hf.ConditionalDetrForObjectDetection, lambda: hf.ConditionalDetrConfig(**resnet("stage4"), **small, **named), hf.ConditionalDetrImageProcessor, {}),
    "deformable_detr": (
        hf.DeformableDetrForObjectDetection,
        lambda: hf.DeformableDetrConfig(**resnet("stage2", "stage3", "stage4"), **small, disable_custom_kernels=True, **named),
        hf.DeformableDetrImageProcessor,
        {},
    ),
    "rt_detr": (hf.RTDetrForObjectDetection, lambda: rt_detr(hf.RTDetrConfig), hf.RTDetrImageProcessor, {}),
    "rt_detr_v2": (hf.RTDetrV2ForObjectDetection, lambda: rt_detr(hf.RTDetrV2Config), hf.RTDetrImageProcessor, {}),
}


free = {"pixel_values": {0: "batch", 2: "height", 3: "width"}, "logits": {0: "batch"}, "pred_boxes": {0: "batch"}}


class Two(torch.nn.Module):
    """The two outputs alone, as exports have them."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        answer = self.model(pixel_values=pixel_values)
        return answer.logits, answer.pred_boxes


def lively(model, run, found):
    widen(model)
    calibrate(model, run)
    layers = [(name, part) for name, part in model.named_modules() if isinstance(part, torch.nn.Linear)]
    for name, layer in layers:
        if "bbox" in name and layer.out_features == 4:
            spread(layer, run, 0.5)
    classes = len(CLASSES)
    heads = [layer for name, layer in layers if ("class" in name or "score" in name) and layer.out_features in (classes, classes + 1)]
    for layer in heads:
        if layer.out_features == classes:
            let_pass(layer, run, 80)
            continue
        spread(layer, run, 2.0)
        sweep([layer.bias.data[-1:]], found, 30)


def export(name, kind, config, processor_kind, options, is_dynamo=False):
    torch.manual_seed(7)
    target = f"hugging-face-{name}{'-dynamo' if is_dynamo else ''}"
    model = kind(config()).eval()
    processor = processor_kind(**options)
    _, image = sized(1280, 720, target)
    height, width = processor(image, return_tensors="pt")["pixel_values"].shape[-2:]
    _, image = sized(width, height, target)
    given = processor(image, return_tensors="pt")["pixel_values"]
    assert tuple(given.shape[-2:]) == (height, width), given.shape
    run = lambda: model(pixel_values=given)

    def finished():
        with torch.no_grad():
            return processor.post_process_object_detection(run(), threshold=FLOOR, target_sizes=[(height, width)])[0]

    lively(model, run, lambda: len(finished()["scores"]))
    model.config.save_pretrained(folder / target)
    processor.save_pretrained(folder / target)
    torch.onnx.export(
        Two(model).eval(),
        (given,),
        str(folder / target / "model.onnx"),
        dynamo=is_dynamo,
        input_names=["pixel_values"],
        output_names=["logits", "pred_boxes"],
        # PyTorch's newer exporter keeps the weights in a file beside the model.
        **({} if is_dynamo else {"opset_version": 17, "dynamic_axes": free}),
    )
    found = finished()
    rows = zip(found["boxes"].tolist(), found["scores"].tolist(), found["labels"].tolist())
    is_square = "height" in processor.size
    reference(
        target,
        f"transformers {hf.__version__}, {processor_kind.__name__}.post_process_object_detection",
        [(*box, score, label) for box, score, label in rows],
        answers=[] if is_square or is_dynamo else [f"size={width}x{height}"],
    )


for each, (kind, config, processor_kind, options) in MODELS.items():
    export(each, kind, config, processor_kind, options)
export("rt_detr", *MODELS["rt_detr"], is_dynamo=True)
