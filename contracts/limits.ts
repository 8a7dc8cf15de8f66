const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;

/** Every bound of the system, with its reason. Units are in the names. */
export const limits = {
  /** One DynamoDB write a third of this; a dead worker is noticed within it. */
  leaseSeconds: 60,
  /** A job's attempts in one run. Interruptions (SIGTERM, Spot) do not count. */
  attemptsMax: 4,
  /** Runs of one job; each adds to its history, and an item of DynamoDB ends at 400 kB. */
  runsMax: 50,
  /** First delay after a failed attempt; doubles each time, with full jitter. */
  backoffSeconds: 30,
  /** Longest delay that SQS can hide a message for without tricks (DelaySeconds' own maximum). */
  backoffSecondsMax: 900,

  /** Frames of one segment: 30 to 120 s of work at what two CPU cores (some 40 a second) and a GPU (some hundred) detect. */
  segmentFrames: 3600,
  segmentFramesGpu: 30_000,
  /** Segments of one job: its row lists those that have ended, and the assembler reads all of their rows. */
  segmentsMax: 1000,
  /** Rows and messages of segments that are written side by side. */
  segmentWritesAtOnce: 16,
  /** A segment that was begun with another engine is left to others for so long. */
  otherEngineSeconds: 30,
  /** Without one ended segment for so long, a job is cut anew for an engine that is there: longer than a segment's work. */
  replanSeconds: 600,

  /** The heartbeat row of a worker, in work and idle: two writes a minute, of the ten that a worker may cost. */
  heartbeatSeconds: 30,
  /** A worker that is done shows it after this, unless it goes on with the same job: segments come one after the other. */
  idleShownSeconds: 1,
  /** Two missed heartbeats and their jitter: then a worker counts as gone. */
  workerAliveHeartbeats: 2.5,
  /** A worker that has been gone this long is forgotten (DynamoDB's time to live). */
  workerForgottenSeconds: 24 * 3600,

  /** Longest that SQS allows. */
  longPollSeconds: 20,
  /** A deferred message counts as a receive, so this is far above `attemptsMax`. */
  workReceivesMax: 50,
  /** Lambda queues: five tries, then the dead-letter queue. */
  eventReceivesMax: 5,
  /** Longest that SQS keeps a message. */
  queueRetentionDays: 14,

  /** EventBridge's shortest schedule. */
  sweepSeconds: 60,
  /** Rows that one sweep repairs per shard; the rest wait for the next (constant work). */
  sweepRowsMax: 100,
  /** A row that could not be repaired is looked at again after this: within a lease, for the scaler looks no further ahead. */
  unrepairedSeconds: 60,
  /** Partitions of the `due` index: one would do for 1,000 writes a second, four leave room. */
  dueShards: 4,
  /** A pending row whose message was never sent is sent again after this. */
  undispatchedSeconds: 60,
  /** The end of a run that nobody has told is told by the sweeper after this: whoever brought it about needs a moment. */
  untoldSeconds: 10,
  /** A pending row whose message was sent, but that nobody claimed, is sent again after this. */
  redispatchSeconds: 900,
  /** Each sending doubles that, up to four hours: blind re-sends would amplify a backlog. */
  redispatchDoublingsMax: 4,
  /** First look for an upload whose event may be lost; doubles up to `uploadBySeconds`. */
  uploadCheckSeconds: 120,
  /** An object older than this without its event is reported as UPLOAD_EVENT_MISSING. */
  uploadEventSeconds: 30,
  /** A job whose video never comes expires after this. */
  uploadBySeconds: 24 * 3600,

  /** A presigned URL lives as long as the Lambda role's session is sure to. */
  presignSeconds: 900,
  /** What one job may bring: about ten hours of 1080p. */
  uploadBytesMax: 50 * gibibyte,
  /** S3's own maximum for one PUT. */
  putBytesMax: 5 * gibibyte,
  /** From here on the page and the CLI upload in parts, which can be resumed. */
  multipartBytesMin: 64 * mebibyte,
  /** S3's minimum is 5 MiB; larger parts mean fewer signatures. */
  partBytesMin: 16 * mebibyte,
  /** ListParts answers 1,000 at a time and Uppy reads one page. */
  partsMax: 900,
  /** API Gateway refuses more than 10 MB; a submission is some hundred bytes. */
  requestBytesMax: 256 * 1024,

  /** Error texts in a row: 50 runs of 4 attempts with one each stay far below an item's 400 kB. */
  errorMessageLengthMax: 500,

  pageSizeDefault: 50,
  pageSizeMax: 200,
  idempotencySeconds: 24 * 3600,
  /** A reserved id without a row is a submission in the making for so long: far above a request's time, far below a deleted row's (`presignSeconds`). */
  submitSeconds: 300,
  idempotencyKeyLengthMax: 255,
  /** Tries of a change that somebody else may get ahead of. */
  moveTriesMax: 5,

  /** Container probing, so that hostile input costs seconds and not hours. */
  probeSeconds: 10,
  /** The processor's part of it: an 8K file or one of five million frames needs a tenth; wall time says less on a busy machine. */
  probeProcessorSeconds: 2,
  /** Memory of a probe: five million frames take 170 MB, an 8K picture of 16 bits 260. */
  probeDataBytesMax: gibibyte,
  /** Memory of any other child: 48 pictures of 8K in 4:4:4 and 16 bits, as references and in threads, are 10 GiB. */
  childDataBytesMax: 16 * gibibyte,
  /** Files that a child has open: the source, its pipes, an output, and the libraries while it loads them. */
  childFilesMax: 128,
  /** Faults that ffprobe may find in the first seconds: a broadcast that begins in mid-picture has some hundred. */
  probeLinesMax: 10_000,
  /** Entries of an edit list: editors write tens, and a demuxer's work grows with their square. */
  editsMax: 1000,
  /** What a packed MP4 index may unpack to: sixty hours at 25 frames a second. */
  packedIndexBytesMax: 64 * mebibyte,
  /** Boxes of an MP4 that are looked at before ffprobe is: hundreds of tracks. */
  indexBoxesMax: 5_000,
  /** Widest and highest picture that is decoded, and their product (8K). */
  dimensionPixelsMax: 16_384,
  framePixelsMax: 7680 * 4320,
  videoStreamsMax: 16,
  durationSecondsMax: 24 * 3600,
  framesPerSecondMax: 1000,
  /** One frame of so many: an hour of film at 28 frames a second. */
  strideMax: 100_000,
  framesMax: 24 * 3600 * 240,
  /** A working worker reads its row this often, so that a cancel stops it soon. */
  cancelCheckSeconds: 1,
  /** ffmpeg or the model without a frame for so long is hung. */
  stalledSeconds: 10,
  /** Frames that a decoder works ahead of what it gives out: 16 threads, and 16 pictures that wait for their turn. */
  decodeAheadFrames: 32,
  /** Pictures that are shown before one that was decoded ahead of them: as many as H.264 and HEVC can hold. */
  reorderedFramesMax: 16,
  /** Frames that a seek may land ahead of what is sought: some long GOPs. Further, and cutting costs more than it gains. */
  seekAheadFramesMax: 1000,
  /** Gaps in a row and a manifest: what a person reads, and 10 kB of an item's 400; nearer ones are told as one. */
  gapsMax: 100,
  /** Candidates of one frame that are compared for overlaps, best first: as many as Ultralytics takes (max_nms). */
  candidatesMax: 30_000,
  /** Detections of one frame kept in a result. */
  detectionsPerFrameMax: 1000,
  /** Bins of timeline.json: one per pixel of a wide screen. */
  timelineBinsMax: 2000,

  /** Frames between decoder and detector take this at most, unless one batch alone takes more. */
  framesBytesMax: 384 * mebibyte,
  /** Frames of one run on a GPU, of a model that takes any number: more wait longer for little. */
  gpuBatchFrames: 8,
  /** Runs side by side on a GPU: one is prepared and one read while others run; more take the card's memory for nothing. */
  gpuSessionsMax: 4,
  /** A division of the cores is tried for so long before the next, when a model is first loaded. */
  divisionTrySeconds: 0.4,

  /** Longer side of preview.mp4 and of the poster: as large as the page shows a picture. */
  previewPixelsMax: 1280,
  /** The same of a preview of HDR, which is brought to SDR in floating point: so it costs half as much again, not twice. */
  mappedPreviewPixelsMax: 960,
  /** Pictures of sprite.jpg, each within a square of so many pixels: what a hover over a timeline can tell apart. */
  thumbnailsMax: 100,
  thumbnailPixelsMax: 160,
  /** A page loads it at the first hover. */
  spriteBytesMax: mebibyte,
  /** One pass over the key frames of the largest upload, read from a slow disk; without it there is no sprite. */
  thumbnailSeconds: 300,

  modelBytesMax: 2 * gibibyte,
  /** Loading a model and running it once; a GPU compiles its kernels then. */
  modelLoadSeconds: 120,
  /** Nodes of a graph and protobuf fields of a file: large detectors have some thousands and some hundred thousand. */
  modelNodesMax: 200_000,
  modelFieldsMax: 4_000_000,
  /** One text in a model file: metadata of ten thousand class names is a quarter of this. */
  modelTextBytesMax: mebibyte,
  /** Licence, version and description that are taken from a model's metadata, each: they go into every result. */
  modelWordsLengthMax: 500,
  /** Sides of the picture that a model takes: smaller has nothing to see, larger is more than memory for one frame. */
  modelSidePixelsMin: 32,
  modelSidePixelsMax: 4096,
  /** Pictures that a graph may be fixed to per run. */
  modelBatchMax: 64,
  /** Numbers of one output that a trial run hands on: four times YOLO's 8400 × 85, with room for larger pictures. */
  probeValuesMax: 4_000_000,
  /** The download of a video or a model may pause so long: less than a lease, so that the row says why it ended. */
  fetchIdleSeconds: 30,

  /** Part of a graph's nodes that must run on a provider: shapes and copies stay on the CPU, a graph that fell back stays whole. */
  providerNodeShareMin: 0.5,
  /** A worker whose disk is full, or that has no memory or file handles left, takes no work for so long. */
  machineRestSeconds: 60,
  /**
   * After so many interruptions a lost GPU, or a machine that ran out of something, is charged: a video that no machine
   * survives must end, Spot's kills must not end it.
   */
  unchargedLossesMax: 8,

  /** A connection to AWS that is not there by now is tried anew. */
  connectSeconds: 3,
  /** One call of DynamoDB or SQS: they answer in milliseconds, and a renewal has a third of a lease. */
  requestSeconds: 5,
  /** S3 sends or takes nothing for so long: the connection is dead. */
  idleSeconds: 60,
  /** Index pages that one listing reads to fill its own, so that a filter cannot make it slow. */
  listQueriesMax: 10,
  /** BatchGetItem's own maximum. */
  batchGetMax: 100,
  /** Tries of what a batch left unprocessed, each after twice the wait. */
  batchTriesMax: 6,
  /** Documents of ours that a Lambda reads whole: result and model manifests, pipelines. */
  documentBytesMax: 4 * mebibyte,
  /** Pipelines that are listed; they come one by one, by hand. */
  pipelinesMax: 200,
  /** A waiting job is not explained before this: an idle worker takes it in a moment. */
  momentSeconds: 5,
  /** Jobs in front of a waiting one that are counted. */
  waitingCountMax: 1000,

  /** Objects under fences that no result points to are removed so long after the job's end: no credential lives longer. */
  orphanSeconds: 24 * 3600,

  /** A key's name is read in lists and logs. */
  accessKeyNameLengthMax: 64,
  /** How long API Gateway remembers who a secret's holder is: so long may a revoked key go on. */
  revokedWithinSeconds: 60,

  /** A worker's credentials: the shortest that STS gives. So long may whoever stole some go on. */
  workerCredentialsSeconds: 900,
  /** An SDK asks for new ones so long before it is told that they end. */
  credentialsRenewedBeforeSeconds: 300,
  /** One request of a worker to the API for its credentials: STS behind a cold Lambda. */
  workerApiSeconds: 10,

  /** A worker whose token is refused has so long to stop its threads. */
  refusedSeconds: 3,
  /** A segment on a slow GPU, about: with less left of a session none is begun. */
  lastWorkSeconds: 180,

  /** EventBridge's shortest schedule: the scaler looks at least so often. */
  scaleSeconds: 60,
  /** RunTask's own maximum of one call. */
  startsAtOnceMax: 10,
  /** From RunTask to the first frame, until it was measured: the slow end of what is seen, as one worker too many is paid. */
  workerBootSeconds: 600,
  /** How late ECS' counts may be, with a margin; what was started since then is counted from our own row. */
  countsLagSeconds: 200,
  /** A worker is started for so many times its own start and idle time: then these are a fifth of what it works. */
  workPerOverhead: 5,
  /** Video-seconds that one GPU does a second, until it was measured: 200 frames of 30 (a T4 with a detector of YOLO-s' size). */
  gpuSpeed: 7,
  /** Analysed frames that count as one second of video. */
  framesPerVideoSecond: 30,
  /** Bytes of one video-second, before a video was looked at: 8 Mb/s, above most, as a low guess costs a minute and a high one a GPU. */
  estimatedBytesPerSecond: 1_000_000,
  /** Waiting rows that the scaler reads: with so many it starts as many workers as it may. */
  scaleRowsMax: 500,
  /** After a task that died at its start the next waits so long, doubled for each further one. */
  bootBackoffSeconds: 60,
  bootBackoffSecondsMax: 900,
  /** A worker that ends with an error sooner than this died at its start: it loads and tries its model within it. */
  bootDeathSeconds: 120,
  /** From a container's start to the first heartbeat of its worker. */
  firstHeartbeatSeconds: 30,

  /** SIGTERM: time to hand the job back before SIGKILL (ECS allows 120 s at most). */
  releaseSeconds: 20,

  /** Webhooks of one owner: each costs a delivery per end. */
  webhooksMax: 20,
  /** Of a webhook's address; browsers and proxies take about as much. */
  webhookUrlLengthMax: 2048,
  /** A receiver has so long to answer; the Standard Webhooks specification says 15 to 30. */
  webhookAnswerSeconds: 15,
  /** Of an answer nothing but the status counts; so much of its body is read before the connection is closed. */
  webhookAnswerBytesMax: 4096,
  /**
   * Waits before the second try and each further one: as the Standard Webhooks specification proposes, about a day in all.
   * None is above 12 hours, the longest that SQS hides a message.
   */
  webhookRetrySeconds: [5, 300, 1800, 7200, 18_000, 28_800, 28_800],
  /** Receives of one delivery's message before it is a dead letter: each try is one, and crashes may double them. */
  webhookReceivesMax: 30,
  /** An end that the event bus did not take is tried again after this: with `webhookReceivesMax`, for two hours and a half. */
  untakenEndSeconds: 300,
  /** Deliveries are kept so long, to be looked at and sent again. */
  webhookDeliveryDays: 30,
  /** Deliveries that are listed: the last ones. */
  webhookDeliveriesListed: 50,
} as const;
