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
import { getComments, getPackageComments } from '@bufbuild/protoplugin';

/**
 * What the schema's comments say about `desc`: the comment above it, then the one after it on its
 * line. Lines of a paragraph are joined, paragraphs are separated by an empty line, directives for
 * linters are left out. Empty when there is no comment.
 */
export function commentText(
  desc: DescEnum | DescEnumValue | DescField | DescFile | DescMessage | DescMethod | DescOneof | DescService,
): string {
  const comments = desc.kind === 'file' ? getPackageComments(desc) : getComments(desc);
  return [comments.leading, comments.trailing]
    .filter((part) => part !== undefined)
    .map(joinLines)
    .filter((part) => part !== '')
    .join('\n\n');
}

function joinLines(comment: string): string {
  const paragraphs: string[][] = [[]];
  for (const line of comment.split('\n')) {
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
