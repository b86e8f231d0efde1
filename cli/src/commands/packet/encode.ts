import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../../lib/base-command.js';
import { countFlag, durationFlag } from '../../lib/flags.js';
import { toHex } from '../../lib/hex.js';

export default class PacketEncode extends BaseCommand {
  static override summary = 'Print the packet of a call, in hexadecimal.';
  static override description =
    'The request is given in the JSON form of protobuf: lowerCamelCase names, bytes in base64.';
  static override examples = [
    `<%= config.bin %> packet encode --service kv --method get --json-request '{"key":"a"}'`,
    `<%= config.bin %> packet encode --service session --method hello --json-request '{"clientId":"CS001"}' --message-id 1`,
  ];
  static override flags = {
    service: Flags.string({ description: 'Such as kv, KvService or polywire.kv.v1.KvService.', required: true }),
    method: Flags.string({ description: 'Such as get or listKeys.', required: true }),
    'json-request': Flags.string({ description: 'The request.', default: '{}', helpValue: 'JSON' }),
    'message-id': countFlag({ description: 'Number of the call.', default: 1 }),
    deadline: durationFlag({ description: 'How long the caller will wait. Default: no deadline.' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(PacketEncode);
    const { encodePacket } = await import('../../lib/encode-packet.js');
    const hex = toHex(
      encodePacket({
        service: flags.service,
        method: flags.method,
        requestJson: flags['json-request'],
        messageId: flags['message-id'],
        timeoutMs: flags.deadline,
      }),
    );
    this.log(hex);
    return { hex };
  }
}
