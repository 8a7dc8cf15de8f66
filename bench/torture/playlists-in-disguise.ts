import { element } from "./bytes.ts";
import { unreadable, type Hostile } from "./hostile.ts";

const playlists = {
  HLS: "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
  DASH: '<?xml version="1.0"?>\n<MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>\n',
  ffconcat: "ffconcat version 1.0\nfile /etc/passwd\n",
  SDP: "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 9 RTP/AVP 96\r\n",
};
const clothes: Readonly<Record<string, (text: string) => Buffer>> = {
  "its own": (text) => Buffer.from(text),
  "a byte order mark": (text) => Buffer.from(`\uFEFF\n ${text}`),
  MP4: (text) => Buffer.from(`\0\0\0\x14ftypisom\0\0\0\0isom\n${text}`, "latin1"),
  MKV: (text) => Buffer.concat([element(0x1a45dfa3, ""), Buffer.from(text)]),
  AVI: (text) => Buffer.from(`RIFF\0\x10\0\0AVI \n${text}`, "latin1"),
  FLV: (text) => Buffer.from(`FLV\x01\x01\0\0\0\x09\0\0\0\0\n${text}`, "latin1"),
  GIF: (text) => Buffer.from(`GIF89a\n${text}`, "latin1"),
  "MPEG-PS": (text) => Buffer.from(`\0\0\x01\xba\n${text}`, "latin1"),
  "MPEG-TS": (text) => {
    const packets = Buffer.alloc(188 * 40, text);
    for (let at = 0; at < packets.length; at += 188) packets.writeUInt32BE(0x471fff10, at);
    return packets;
  },
};

/** Lists of other files and addresses that pretend to be a video. */
export const playlistsInDisguise: readonly Hostile[] = Object.entries(playlists).flatMap(
  ([kind, text]) =>
    Object.entries(clothes).map(([cloth, dress]) => ({
      name: `${kind} playlist in the clothes of ${cloth}`,
      bytes: () => dress(text),
      expected: unreadable,
    })),
);
