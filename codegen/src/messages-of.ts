import type { DescEnum, DescFile, DescMessage } from '@bufbuild/protobuf';

/** Every message of the files, nested ones after the message they are declared in. */
export function messagesOf(files: Iterable<DescFile>): DescMessage[] {
  const found: DescMessage[] = [];
  const visit = (message: DescMessage): void => {
    found.push(message);
    message.nestedMessages.forEach(visit);
  };
  for (const file of files) file.messages.forEach(visit);
  return found;
}

/** Every enum of the files, those of the top level of a file first. */
export function enumsOf(files: Iterable<DescFile>): DescEnum[] {
  const found: DescEnum[] = [];
  for (const file of files) {
    found.push(...file.enums);
    for (const message of messagesOf([file])) found.push(...message.nestedEnums);
  }
  return found;
}
