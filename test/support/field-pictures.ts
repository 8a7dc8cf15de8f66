/**
 * H.264 whose fields are pictures of their own, as broadcasters' encoders make them and none that ffmpeg has: every
 * macroblock is I_PCM, its samples as they are. Syntax and names: ITU-T H.264 (08/2021), 7.3.2.1 to 7.3.5.
 */

interface Size {
  /** Multiples of 16. */
  readonly width: number;
  /** Multiples of 32. */
  readonly height: number;
}

interface BitWriter {
  /** So many bits, most significant first. */
  readonly u: (value: number, count: number) => void;
  /** Exp-Golomb. */
  readonly ue: (value: number) => void;
  readonly align: () => void;
  readonly samples: (from: Uint8Array) => void;
  readonly end: () => Uint8Array;
}

function bitWriter(): BitWriter {
  const bytes: number[] = [];
  let [byte, bits] = [0, 0];
  function u(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      byte = (byte << 1) | ((value >>> bit) & 1);
      if (++bits < 8) continue;
      bytes.push(byte);
      [byte, bits] = [0, 0];
    }
  }
  function ue(value: number): void {
    const length = 32 - Math.clz32(value + 1);
    u(0, length - 1);
    u(value + 1, length);
  }
  const align = () => u(0, (8 - bits) % 8);
  return {
    u,
    ue,
    align,
    samples: (from: Uint8Array) => bytes.push(...from),
    end(): Uint8Array {
      u(1, 1);
      align();
      return Uint8Array.from(bytes);
    },
  };
}

const [ofField, ofKey, ofSequence, ofPicture, delimiter] = [1, 5, 7, 8, 9];

/** A NAL unit in Annex B, with the bytes that keep its payload from looking like a start code. */
function unit(type: number, payload: Uint8Array): number[] {
  const reference = type === delimiter ? 0 : 3;
  const bytes = [0, 0, 0, 1, (reference << 5) | type];
  let zeros = 0;
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return bytes;
}

function sequence({ width, height }: Size): Uint8Array {
  const { u, ue, end } = bitWriter();
  u(77, 8); // profile_idc: Main
  u(0, 8);
  u(40, 8); // level_idc
  ue(0); // seq_parameter_set_id
  ue(0); // log2_max_frame_num_minus4
  ue(2); // pic_order_cnt_type: shown as decoded
  ue(1); // max_num_ref_frames
  u(0, 1);
  ue(width / 16 - 1);
  ue(height / 32 - 1);
  u(0, 1); // frame_mbs_only_flag
  u(0, 1); // mb_adaptive_frame_field_flag
  u(1, 1); // direct_8x8_inference_flag
  u(0, 1); // frame_cropping_flag
  u(0, 1); // vui_parameters_present_flag
  return end();
}

function picture(): Uint8Array {
  const { u, ue, end } = bitWriter();
  ue(0); // pic_parameter_set_id
  ue(0);
  u(0, 2); // entropy_coding_mode_flag, bottom_field_pic_order_in_frame_present_flag
  ue(0); // num_slice_groups_minus1
  ue(0);
  ue(0);
  u(0, 3); // weighted prediction
  ue(0); // pic_init_qp_minus26, pic_init_qs_minus26, chroma_qp_index_offset
  ue(0);
  ue(0);
  u(0b100, 3); // deblocking_filter_control_present_flag
  return end();
}

/** One slice with every second line of a frame in planes of 4:2:0. */
function field(
  frame: Uint8Array,
  { width, height }: Size,
  { isBottom, isKey, number }: { isBottom: boolean; isKey: boolean; number: number },
): Uint8Array {
  const { u, ue, align, samples, end } = bitWriter();
  ue(0); // first_mb_in_slice
  ue(7); // slice_type: I
  ue(0);
  u(number, 4); // frame_num
  u(1, 1); // field_pic_flag
  u(Number(isBottom), 1);
  if (isKey) ue(0); // idr_pic_id
  u(0, isKey ? 2 : 1); // dec_ref_pic_marking
  ue(0); // slice_qp_delta
  ue(1); // disable_deblocking_filter_idc

  const area = width * height;
  const planes = [
    { at: 0, stride: width, side: 16 },
    { at: area, stride: width / 2, side: 8 },
    { at: area * 1.25, stride: width / 2, side: 8 },
  ];
  for (let row = 0; row < height / 32; row++) {
    for (let column = 0; column < width / 16; column++) {
      ue(25); // mb_type: I_PCM
      align();
      for (const { at, stride, side } of planes) {
        for (let line = 0; line < side; line++) {
          const y = 2 * (row * side + line) + Number(isBottom);
          const from = at + y * stride + column * side;
          samples(frame.subarray(from, from + side));
        }
      }
    }
  }
  return end();
}

/** Frames between two of those that decoding may begin with. */
const keyEvery = 12;

/** An Annex B stream of frames in planes of 4:2:0, each as its top and its bottom field. */
export function fieldPictures(frames: Uint8Array, size: Size): Uint8Array {
  const frameBytes = (size.width * size.height * 3) / 2;
  const pictures = Array.from({ length: frames.length / frameBytes }, (_, index) => {
    const frame = frames.subarray(index * frameBytes, (index + 1) * frameBytes);
    const number = index % keyEvery;
    return [false, true].flatMap((isBottom) => {
      const isKey = number === 0 && !isBottom;
      return [
        ...unit(delimiter, Uint8Array.of(0x10)),
        ...(isKey ? [...unit(ofSequence, sequence(size)), ...unit(ofPicture, picture())] : []),
        ...unit(isKey ? ofKey : ofField, field(frame, size, { isBottom, isKey, number })),
      ];
    });
  });
  return Uint8Array.from(pictures.flat());
}
