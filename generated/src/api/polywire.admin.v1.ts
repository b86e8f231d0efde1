export * from '../messages/polywire/admin/v1/admin.js';
export * from '../codecs/polywire/admin/v1/admin.js';
export * from '../services/polywire/admin/v1/admin.js';
