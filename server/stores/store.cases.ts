import { afterEach, beforeEach, describe, expect } from 'vitest';
import { changeCases } from './store.change.cases.js';
import { conditionCases } from './store.condition.cases.js';
import { expiryCases } from './store.expiry.cases.js';
import { incrementCases } from './store.increment.cases.js';
import { modelCases } from './store.model.cases.js';
import { scanCases } from './store.scan.cases.js';
import { valueCases } from './store.value.cases.js';
import { openStore, type StoreSuite, type StoreUnderTest } from './store-under-test.cases.js';

/** The promises of store.ts. Every store runs this same suite. */
export function storeCases(suite: StoreSuite): void {
  describe(`${suite.kind} store`, () => {
    let current: StoreUnderTest;
    beforeEach(async () => {
      current = await openStore(suite);
    });
    afterEach(async () => {
      await current.store.close();
      expect(current.errors).toEqual([]);
    });
    const use = () => current;
    describe('values', () => valueCases(suite, use));
    describe('conditions', () => conditionCases(use));
    describe('increment', () => incrementCases(use));
    describe('scan', () => scanCases(use));
    describe('expiry', () => expiryCases(use));
    describe('changes', () => changeCases(use));
    describe('against a model', () => modelCases(use));
  });
}
