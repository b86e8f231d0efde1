export type { ClientChannel, DrivenClient } from './client/client-under-test.js';
export {
  type ClientConformanceOptions,
  type ClientUnderTest,
  runClientConformance,
} from './client/run-client-conformance.js';
export { formatJson } from './report/format-json.js';
export { formatJUnit } from './report/format-junit.js';
export { formatTable } from './report/format-table.js';
export { summaryLine } from './report/summary-line.js';
export { optionalFeatures } from './run/features.js';
export { SetupError } from './run/probe.js';
export { type ConformanceOptions, runConformance } from './run-conformance.js';
export { loadSuites, parseSuite } from './suite/load-suites.js';
export { SuiteError } from './suite/suite-error.js';
export type { CodecAnswer, StreamOutcome, VectorCodec } from './vectors/codec.js';
export type { CodecUnderTest } from './vectors/run-vectors.js';
