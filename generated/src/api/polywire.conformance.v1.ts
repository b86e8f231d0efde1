export * from '../messages/polywire/conformance/v1/service.js';
export * from '../codecs/polywire/conformance/v1/service.js';
export * from '../services/polywire/conformance/v1/service.js';
export * from '../messages/polywire/conformance/v1/suite.js';
export * from '../codecs/polywire/conformance/v1/suite.js';
