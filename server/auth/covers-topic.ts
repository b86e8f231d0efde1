const DOT = '.';

/**
 * True when every topic that `wanted` means is one that `granted` means. Both are topics or patterns:
 * segments between dots, of which * is any one and ** as the last is one or more. Allocates nothing.
 */
export function coversTopic(granted: string, wanted: string): boolean {
  let grantedAt = 0;
  let wantedAt = 0;
  for (;;) {
    const grantedEnd = endOf(granted, grantedAt);
    const wantedEnd = endOf(wanted, wantedAt);
    if (isSegment(granted, grantedAt, grantedEnd, '**')) return true;
    if (isSegment(wanted, wantedAt, wantedEnd, '**')) return false;
    if (!isSegment(granted, grantedAt, grantedEnd, '*')) {
      const length = grantedEnd - grantedAt;
      if (length !== wantedEnd - wantedAt) return false;
      for (let i = 0; i < length; i++) {
        if (granted.charCodeAt(grantedAt + i) !== wanted.charCodeAt(wantedAt + i)) return false;
      }
    }
    const grantedEnds = grantedEnd === granted.length;
    const wantedEnds = wantedEnd === wanted.length;
    if (grantedEnds || wantedEnds) return grantedEnds && wantedEnds;
    grantedAt = grantedEnd + 1;
    wantedAt = wantedEnd + 1;
  }
}

function endOf(text: string, from: number): number {
  const dot = text.indexOf(DOT, from);
  return dot < 0 ? text.length : dot;
}

function isSegment(text: string, from: number, end: number, segment: string): boolean {
  return end - from === segment.length && text.startsWith(segment, from);
}
