/** Words as lines of at most `width` characters; a longer word has a line of its own. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width || line === '') line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Paragraphs, parted by empty lines, wrapped; one with an indented line stays as it is. */
export function wrapText(text: string, width: number): string {
  return text
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => (/^ /m.test(paragraph) ? paragraph : wrapWords(paragraph, width).join('\n')))
    .join('\n\n');
}
