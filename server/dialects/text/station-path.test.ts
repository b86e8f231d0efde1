import { describe, expect, it } from 'vitest';
import { readStationPath } from './station-path.js';

describe('readStationPath', () => {
  it.each([
    ['/ocpp/CS001', 'ocpp/CS001', ['ocpp', 'CS001'], 'CS001'],
    ['/ocpp/RDAM%7C123', 'ocpp/RDAM|123', ['ocpp', 'RDAM|123'], 'RDAM|123'],
    ['/ocpp/a+b%2Bc', 'ocpp/a+b+c', ['ocpp', 'a+b+c'], 'a+b+c'],
    ['/ocpp/a%2Fb', 'ocpp/a/b', ['ocpp', 'a', 'b'], 'a'],
    ['/%6Fcpp/x', 'ocpp/x', ['ocpp', 'x'], 'x'],
    ['/ocpp/%FF%FE', 'ocpp/%FF%FE', ['ocpp', '%FF%FE'], '%FF%FE'],
    // One bad byte leaves the whole text as it was.
    ['/ocpp/%41%FF', 'ocpp/%41%FF', ['ocpp', '%41%FF'], '%41%FF'],
    ['/ocpp/50%', 'ocpp/50%', ['ocpp', '50%'], '50%'],
    ['/ocpp/%4', 'ocpp/%4', ['ocpp', '%4'], '%4'],
    ['/ocpp/%zz%41', 'ocpp/%zzA', ['ocpp', '%zzA'], '%zzA'],
    ['/ocpp/%25%34%31', 'ocpp/%41', ['ocpp', '%41'], '%41'],
    ['/ocpp/%D0%B8', 'ocpp/и', ['ocpp', 'и'], 'и'],
    ['/ocpp/%EF%BB%BFx', 'ocpp/\ufeffx', ['ocpp', '\ufeffx'], '\ufeffx'],
    ['/ocpp/', 'ocpp/', ['ocpp', ''], ''],
    ['/ocpp//x', 'ocpp//x', ['ocpp', '', 'x'], ''],
    ['/ocpp', 'ocpp', ['ocpp'], undefined],
    ['/ocppx/y', 'ocppx/y', ['ocppx', 'y'], undefined],
    ['/OCPP/y', 'OCPP/y', ['OCPP', 'y'], undefined],
    ['/web/ocpp/x', 'web/ocpp/x', ['web', 'ocpp', 'x'], undefined],
    ['/', '', [], undefined],
    ['', '', [], undefined],
    ['//', '/', ['', ''], undefined],
  ])('%s', (path, suffix, segments, stationId) => {
    expect(readStationPath(path, '/ocpp')).toEqual({ suffix, segments, stationId });
  });

  it.each([
    ['/a/b/CS1', 'CS1'],
    ['/a/b/CS1/more', 'CS1'],
    ['/a/CS1', undefined],
  ])('with a prefix of two segments: %s', (path, stationId) => {
    expect(readStationPath(path, '/a/b').stationId).toBe(stationId);
  });
});
