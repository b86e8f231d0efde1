import { ChangeKind, ValueKind } from '@polywire/protocol/polywire.kv.v1';
import { describe, expect, it } from 'vitest';
import type { CommitGroup } from './commit-group.js';
import { GroupCommit } from './group-commit.js';
import { isSettled, Memtable, type Row } from './memtable.js';
import type { StoreChange } from './store.js';

interface Running {
  readonly group: CommitGroup;
  done(): void;
  fail(error: Error): void;
}

/** A disk that answers when the test says so. */
function stage() {
  const running: Running[] = [];
  const log: string[] = [];
  const memtable = new Memtable();
  const commits = new GroupCommit({
    revision: 0,
    maxQueuedBytes: 10_000,
    maxQueuedChanges: 10_000,
    stage: (change, replacedDeadlineMs) => memtable.stage(change, replacedDeadlineMs),
    commit: (group) => new Promise((done, fail) => running.push({ group, done, fail })),
    onCommitted: (changes) => log.push(`committed up to ${changes.at(-1)?.entry.revision}`),
  });
  const add = (count: number): Promise<void> => {
    const changes = Array.from({ length: count }, (_, index) => change(commits.lastRevision + index + 1));
    const name = `${commits.lastRevision + count}`;
    return commits.add({ changes, replacedDeadlinesMs: [] }, undefined).then(
      () => void log.push(`acknowledged ${name}`),
      (error: Error) => void log.push(`refused ${name}: ${error.message}`),
    );
  };
  return { commits, running, log, add, memtable };
}

function change(revision: number): StoreChange {
  const entry = { key: `k${revision % 10}`, value: Buffer.from('v'), kind: ValueKind.BYTES, revision, expiresAtMs: 0 };
  return { space: 's', type: ChangeKind.SET, entry };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function turns(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await turn();
}

describe('GroupCommit', () => {
  it('gathers while a commit runs', async () => {
    const { commits, running, log, add } = stage();
    void add(1);
    await turn();
    void add(1);
    void add(1);
    await turn();
    expect(running.map(({ group }) => group.changes.length)).toEqual([1]);
    running[0]?.done();
    await turns(3);
    expect(running.map(({ group }) => group.changes.length)).toEqual([1, 2]);
    expect(commits.revision).toBe(1);
    running[1]?.done();
    await turn();
    expect(log).toEqual([
      'committed up to 1',
      'acknowledged 1',
      'committed up to 3',
      'acknowledged 2',
      'acknowledged 3',
    ]);
    expect([commits.queuedChanges, commits.queuedBytes]).toEqual([0, 0]);
  });

  it('waits for those who were just answered while they ask again, so that few and many do not take turns', async () => {
    const { running, add } = stage();
    const sizes = (): number[] => running.map(({ group }) => group.changes.length);
    const ask = async (times: number): Promise<void> => {
      for (let index = 0; index < times; index++) await add(1);
    };
    void ask(4);
    await turn();
    for (let index = 0; index < 15; index++) void ask(3);
    await turn();
    expect(sizes()).toEqual([1]);
    for (const count of [1, 2, 3]) {
      running.at(-1)?.done();
      await turns(3);
      expect(sizes()).toEqual([1, ...new Array<number>(count).fill(16)]);
    }
  });

  it('waits while every turn brings something, and no longer than for a group that is worth a commit', async () => {
    const { running, add } = stage();
    const sizes = (): number[] => running.map(({ group }) => group.changes.length);
    void add(1);
    for (let count = 2; count <= 5; count++) {
      void add(1);
      await turn();
    }
    expect(sizes()).toEqual([]);
    await turns(2);
    expect(sizes()).toEqual([5]);
    void add(1);
    void add(1);
    running[0]?.done();
    await turn();
    for (let index = 0; index < 24; index++) {
      void add(2);
      await turn();
    }
    expect(sizes()).toEqual([5, 32]);
  });

  it('lets half of many writes follow a group at once, and never cuts what came in one piece', async () => {
    const { running, log, add } = stage();
    const sizes = (): number[] => running.map(({ group }) => group.changes.length);
    void add(80);
    await turn();
    void add(31);
    await turn();
    expect(sizes()).toEqual([80]);
    void add(1);
    await turn();
    expect(sizes()).toEqual([80, 32]);
    running[0]?.done();
    await turn();
    void add(55);
    await turn();
    expect(sizes()).toEqual([80, 32]);
    for (let index = 0; index < 9; index++) void add(1);
    expect(sizes()).toEqual([80, 32]);
    await turn();
    expect(sizes()).toEqual([80, 32, 64]);
    void add(56);
    await turn();
    expect(sizes()).toEqual([80, 32, 64, 56]);
    void add(240);
    await turn();
    expect(sizes()).toEqual([80, 32, 64, 56]);
    running[1]?.done();
    await turn();
    expect(sizes()).toEqual([80, 32, 64, 56, 240]);
    for (const { done } of running.slice(2)) done();
    await turn();
    expect(log.filter((line) => line.startsWith('committed')).at(-1)).toBe('committed up to 472');
  });

  it('does not wait for a quiet turn for ever', async () => {
    const { running, add } = stage();
    void add(200);
    await turn();
    running[0]?.done();
    await turn();
    void add(1);
    for (let index = 0; index < 70; index++) {
      void add(1);
      await turn();
    }
    expect(running.map(({ group }) => group.changes.length)).toEqual([200, 65]);
  });

  it('begins to commit a full group at once, and tells of groups in order whichever ends first', async () => {
    const { commits, running, log, add, memtable } = stage();
    const row = () => memtable.get('s', 'k3');
    for (let index = 0; index < 3; index++) void add(256);
    expect(running.length).toBe(3);
    running[2]?.done();
    running[1]?.done();
    await turn();
    expect([log, commits.revision, commits.queuedChanges]).toEqual([[], 0, 768]);
    expect([row()?.newest?.revision, row()?.isDurable]).toEqual([763, false]);
    running[0]?.done();
    await turn();
    expect(log.filter((line) => line.startsWith('committed'))).toEqual([
      'committed up to 256',
      'committed up to 512',
      'committed up to 768',
    ]);
    expect([commits.revision, commits.queuedChanges, row()?.durable?.revision]).toEqual([768, 0, 763]);
    expect(row() && isSettled(row() as Row)).toBe(true);
  });

  it('gathers while it is held, and commits all of it when it is released', async () => {
    const { commits, running, add } = stage();
    commits.hold();
    for (let index = 0; index < 3; index++) void add(256);
    await turns(3);
    expect(running).toEqual([]);
    commits.release();
    expect(running.map(({ group }) => group.changes.length)).toEqual([768]);
    void add(1);
    running[0]?.done();
    await turns(3);
    expect(running.length).toBe(2);
  });

  it('refuses everything that is not told of when a commit fails, and all that comes', async () => {
    const { commits, running, log, add } = stage();
    for (let index = 0; index < 3; index++) void add(256);
    void add(1);
    running[1]?.fail(new Error('the disk is gone'));
    await turn();
    running[0]?.done();
    running[2]?.done();
    await turn();
    await add(1);
    expect(log).toEqual(['256', '512', '768', '769', '770'].map((name) => `refused ${name}: the disk is gone`));
    expect(commits.revision).toBe(0);
  });
});
