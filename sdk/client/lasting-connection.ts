import type { PolywireError } from '../core/index.js';
import type { Traffic } from './client-stats.js';
import { Connection, type ConnectionOptions } from './connection.js';
import type { Platform } from './platform.js';

/** A connection that others come after. */
export class LastingConnection extends Connection {
  /** Called whenever the last running call of the server has ended. */
  readonly watchers: (() => void)[] = [];

  constructor(platform: Platform, options: ConnectionOptions) {
    const onIdle = (): void => {
      for (const look of this.watchers) look();
    };
    super(platform, { ...options, onIdle });
  }

  /** The server repeats the outcome of a call to a later connection of this session. */
  get keepsOutcomes(): boolean {
    return this.welcome?.resumeToken !== '';
  }

  /** It goes on with the session of the one before. */
  get resumed(): boolean {
    return this.welcome?.resumed === true;
  }

  /** Why it ended; its calls have failed with this very object. Undefined while it goes on. */
  get lostWith(): PolywireError | undefined {
    return this.end?.error;
  }

  get traffic(): Traffic {
    const { bytesIn, bytesOut, engine } = this;
    return { messagesIn: engine.packetsIn, messagesOut: engine.packetsOut, bytesIn, bytesOut };
  }
}
