export type { AdmissionOptions, AllowList, Visit } from "./admission.ts";
export type { DrainOptions, DrainReport } from "./drain.ts";
export { SseError, type SseErrorCode, type SseErrorDetails } from "./errors.ts";
export type { EventMap, EventOf, ServerSentEvent, SseEvents } from "./event.ts";
export type { Exchange } from "./exchange.ts";
export type { Gap, OnGap } from "./gap.ts";
export type { Head } from "./head.ts";
export { Hub, type HubVerbs } from "./hub.ts";
export type { Limits } from "./limits.ts";
export type { Entry, Following, Found, GapReason, Log, Mark } from "./log.ts";
export { type HistoryOptions, MemoryLog, type MemoryLogOptions } from "./memory-log.ts";
export type {
  ClosedStreamRecord,
  CloseReason,
  DrainProgress,
  Observer,
  StreamRecord,
} from "./observer.ts";
export type { HubOptions } from "./options.ts";
export { type Position, toCursor } from "./position.ts";
export type { ProduceOptions } from "./producer.ts";
export type { PublishOptions } from "./publisher.ts";
export type { Sink, SinkOwner } from "./sink.ts";
export type { Events, Source } from "./source.ts";
export type { EventStream, StreamState, SubscribeOptions } from "./stream.ts";
export { hubOf, type SseOptions, type SseVerbs, withVerbs } from "./verbs.ts";
