import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from '@bufbuild/protobuf';
import { locationOf, packageLocation } from './source-location.js';

/**
 * What the schema's comments say about `desc`: the comment above it, then the one after it on its
 * line. Lines of a paragraph are joined, paragraphs are separated by an empty line, directives for
 * linters are left out. Empty when there is no comment.
 */
export function commentText(
  desc: DescEnum | DescEnumValue | DescField | DescFile | DescMessage | DescMethod | DescOneof | DescService,
): string {
  const location = desc.kind === 'file' ? packageLocation(desc) : locationOf(desc);
  return [location?.leadingComments ?? '', location?.trailingComments ?? '']
    .map(joinLines)
    .filter((part) => part !== '')
    .join('\n\n');
}

function joinLines(comment: string): string {
  const paragraphs: string[][] = [[]];
  for (const line of comment.split(/\r?\n/)) {
    const text = line.trim();
    if (text.startsWith('buf:lint:')) continue;
    if (text === '') paragraphs.push([]);
    else paragraphs.at(-1)?.push(text);
  }
  return paragraphs
    .map((lines) => lines.join(' '))
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}
