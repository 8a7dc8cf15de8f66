import type { Expected } from "./expected.ts";
import type { ErrorCode } from "../../contracts/errors.ts";

/** The right verdict on a real file, and why it is. */
export interface Expectation {
  readonly file: string;
  readonly expected: Expected;
  readonly why: string;
  /** A codec that not every ffmpeg decodes: without it the verdict is DECODE_FAILED, with words that say so. */
  readonly needs?: string;
}

const complete = (file: string, frames: number, why: string, needs?: string): Expectation => ({
  file,
  expected: { verdict: "complete", frames },
  why,
  ...(needs && { needs }),
});
const failed = (file: string, code: ErrorCode, why: string): Expectation => ({
  file,
  expected: { verdict: "failed", codes: [code] },
  why,
});
const partial = (
  file: string,
  frames: number,
  { lost, soundUntil }: { lost: readonly [number, number]; soundUntil: number },
  why: string,
): Expectation => ({
  file,
  expected: { verdict: "partial", frames: [frames, frames], lost, soundUntil },
  why,
});

/** What a person who trusts the system should be told of each file of the torture collection. */
export const expectations: readonly Expectation[] = [
  complete(
    "-video-with-dash-.mp4",
    5,
    "a name that looks like an option, one pixel, one frame a second: a video all the same",
  ),
  failed("ax_audio_only.mp4", "NO_VIDEO_STREAM", "sound alone"),
  complete(
    "ax_dolbyvision.mov",
    4,
    "the base layer is HEVC; the edit list cuts the fifth picture away, and players do",
  ),
  complete("ax_editlist_bframes.mp4", 12, "the edit list begins behind the first of 13 pictures"),
  complete("ax_editlist_positive_shift.mp4", 270, "the picture starts a second after the sound"),
  complete("ax_empty_track.mp4", 30, "the second video track is empty; players take the first"),
  complete("ax_flv.flv", 30, "FLV with times in milliseconds and a late start"),
  failed("ax_full_blocks.mkv", "NO_VIDEO_STREAM", "subtitles alone"),
  complete("ax_h264_iframes_only.ts", 30, "key frames alone"),
  complete("ax_hdr10_av1.mp4", 127, "ten bits and HDR are no damage", "av1"),
  failed(
    "ax_hls_playlist.m3u8",
    "CONTAINER_REFUSED",
    "a playlist names files of its writer's choice",
  ),
  partial(
    "ax_invalid_nalu.mp4",
    29,
    { lost: [0.8676, 0.9009], soundUntil: 0.8675 },
    "one picture cannot be read: the others stand, its place is named",
  ),
  complete("ax_long_6min_1080p.mp4", 10883, "long, and each of its frames counts"),
  complete("ax_mdat_too_long.mp4", 30, "the data's length is a lie, the tables are whole"),
  complete("ax_mpeg2.ps", 3, "cut at a sector, behind a whole picture"),
  complete(
    "ax_partially_fragmented.mp4",
    30,
    "four pictures in the index, the others in fragments",
  ),
  complete("ax_portrait_4k60_rot90.mp4", 18, "4K on its side"),
  complete("ax_shorter_audio.mp4", 72, "the sound ends first"),
  complete("ax_srgb_transfer.mp4", 30, "the sound ends last, the transfer is sRGB's"),
  complete("ax_vp8.webm", 60, "named VP8, is VP9"),
  failed("ax_vp9_invalid_bitstream.webm", "VIDEO_EMPTY", "no packet is VP9"),
  complete(
    "ax_vvc.mp4",
    120,
    "VVC: whole where there is a decoder, a plain answer where there is none",
    "vvc",
  ),
  complete("decord_rot180.mov", 3, "upside down"),
  complete("decord_rot90.mov", 3, "on its side"),
  complete("gen_1000fps.mp4", 3000, "a slow-motion camera's rate, just at the limit"),
  complete("gen_10hours_1fps.mp4", 36000, "long, below the limit"),
  failed("gen_15k_png.mkv", "VIDEO_LIMIT_EXCEEDED", "225 million pixels"),
  failed("gen_20_video_tracks.mkv", "VIDEO_LIMIT_EXCEEDED", "more tracks than anyone needs"),
  complete("gen_30s_gap.mp4", 50, "nothing is lost in a pause of 30 s: no picture was taken"),
  complete("gen_animated.gif", 50, "a GIF is a video"),
  partial(
    "gen_bitflips.mp4",
    40,
    { lost: [0.7, 4], soundUntil: 0 },
    "all frames come; from 0.7 s on they differ from the undamaged file's, up to the end, for there is no other key frame",
  ),
  failed("gen_dash_mpd.mp4", "CONTAINER_REFUSED", "a DASH manifest"),
  failed("gen_ffconcat.mp4", "CONTAINER_REFUSED", "a list of other files"),
  failed("gen_m3u8_local_file.mp4", "CONTAINER_REFUSED", "a playlist of a local file"),
  failed("gen_m3u8_ssrf.mp4", "CONTAINER_REFUSED", "a playlist of an inner address"),
  failed("gen_m4a_cover_art.m4a", "NO_VIDEO_STREAM", "a cover picture is no film"),
  failed("gen_mp3_cover_art.mp3", "CONTAINER_REFUSED", "an MP3 file"),
  complete("gen_person_av1.mp4", 40, "AV1", "av1"),
  complete(
    "gen_person_editlist_cut.mp4",
    27,
    "cut with an edit list in the middle of a group: 13 pictures are decoded and not shown",
  ),
  complete("gen_person_fragmented.mp4", 40, "fragments alone"),
  complete("gen_person_fullrange_bt709.mp4", 40, "full range"),
  complete("gen_person_gray.mp4", 40, "no colour"),
  complete("gen_person_h264_444_10.mp4", 40, "4:4:4, ten bits"),
  complete("gen_person_hevc_422_12.mp4", 40, "4:2:2, twelve bits"),
  complete("gen_person_mjpeg422.avi", 40, "each picture a JPEG"),
  complete("gen_person_mpeg2_interlaced.mpg", 40, "fields"),
  complete("gen_person_prores422_10b.mov", 40, "ProRes"),
  complete("gen_person_rot180_upright.mp4", 40, "upside down"),
  complete("gen_person_rot90_meta.mp4", 40, "on its side"),
  complete("gen_person_rot_upright.mp4", 40, "on its side"),
  complete("gen_person_sar2.mp4", 40, "pixels that are not square"),
  complete("gen_person_ts_offset.ts", 40, "begins an hour late"),
  complete("gen_person_vfr.mp4", 20, "uneven times"),
  complete("gen_person_vp9.webm", 40, "VP9"),
  failed("gen_random_bytes.mp4", "NOT_A_VIDEO", "noise"),
  complete(
    "gen_resolution_change.ts",
    50,
    "two recordings joined, the second larger and a moment earlier: both are whole",
  ),
  failed("gen_sdp.mp4", "CONTAINER_REFUSED", "a session description"),
  complete("gen_single_frame.mp4", 1, "one frame is a video"),
  failed("gen_still.jpg", "CONTAINER_REFUSED", "a picture"),
  failed("gen_still_renamed.mp4", "CONTAINER_REFUSED", "a picture by another name"),
  failed("gen_subtitle_only.mkv", "NO_VIDEO_STREAM", "subtitles alone"),
  failed("gen_text.mp4", "NOT_A_VIDEO", "a text"),
  partial(
    "gen_truncated_faststart.mp4",
    7,
    { lost: [0.7, 4], soundUntil: 0.5 },
    "the index says 4 s, the data ends after 7 pictures",
  ),
  failed(
    "gen_truncated_no_moov.mp4",
    "NOT_A_VIDEO",
    "the index never came, and without it no picture can be found",
  ),
  complete(
    "gen_ts_wrap_discontinuity.ts",
    50,
    "the clock wraps between two recordings: both are whole, and numbered through",
  ),
  complete("gen_wide_4096x16.mp4", 5, "a strip"),
  failed("gen_zero_length.mp4", "UPLOAD_EMPTY", "no byte"),
  complete("iio_yuv444_seek_trap.mp4", 280, "4:4:4"),
  failed(
    "libwebm_bad_vp9.webm",
    "VIDEO_LIMIT_EXCEEDED",
    "12336 × 12336 pixels, and not one picture",
  ),
  partial(
    "mb_annexb_truncated.mp4",
    6,
    { lost: [0.5, 35.229], soundUntil: 0 },
    "the index says 35 s, the data ends in the sixth picture",
  ),
  complete("mb_edts.mp4", 225, "an edit list that hides the decoder's delay"),
  complete("mb_rotate.mp4", 45, "on its side, with a late start"),
  complete(
    "mb_transparency_faulty.webm",
    300,
    "faulty is only the transparency, which is not looked at",
  ),
  complete("moviepy_failing_audio.mp4", 280, "faulty is only the sound"),
  complete("moviepy_vfr_rot180.mp4", 25, "uneven times, upside down"),
  failed("mp4parse_1185230.mp4", "VIDEO_EMPTY", "an index without its data"),
  partial(
    "mp4parse_no_timescale.mp4",
    170,
    { lost: [0.4316, 0.4648], soundUntil: 0 },
    "damaged from its first picture on; 12 of 182 cannot be decoded",
  ),
  failed("mp4parse_zero_empty_stsc.mp4", "VIDEO_EMPTY", "an index that leads to other bytes"),
  complete("tc_av1.mkv", 125, "AV1", "av1"),
  complete("tc_h264_10bit.mp4", 30, "ten bits"),
];
