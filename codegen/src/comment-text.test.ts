import { beforeAll, describe, expect, it } from 'vitest';
import { commentText } from './comment-text.js';
import { buildTexts, type ImageContext, imageContext } from './testing/image-context.js';

const proto = `syntax = "proto3";

// About the package,
// in two lines.
package t.v1;

// First.
//
// Second,
// longer.
message A {
  // Above.
  int32 a = 1; // Behind.
  // buf:lint:ignore FIELD_LOWER_SNAKE_CASE
  int32 b = 2;
  int32 c = 3;
}
`;

describe('commentText', () => {
  let context: ImageContext;
  beforeAll(() => {
    context = imageContext(buildTexts({ 't/v1/t.proto': proto }));
  });

  it('reads the comment of a package', () => {
    expect(context.files.map(commentText)).toEqual(['About the package, in two lines.']);
  });
  it('keeps paragraphs and joins lines', () => {
    expect(commentText(context.message('t.v1.A'))).toBe('First.\n\nSecond, longer.');
  });
  it('takes comments above and behind, and leaves directives out', () => {
    expect(context.message('t.v1.A').fields.map(commentText)).toEqual(['Above.\n\nBehind.', '', '']);
  });
});
