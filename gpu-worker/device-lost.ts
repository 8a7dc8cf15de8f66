/** The graphics card fails every call of this process: no verdict on the video, and the end of this worker. */
export class DeviceLost extends Error {
  override readonly name = "DeviceLost";
}
