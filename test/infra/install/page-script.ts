/** A code block of a page. */
export type Block = { readonly language: string; readonly text: string };

/** The code blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^ *```(\w+)\n(.*?)^ *```$/gms)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The file that a YAML block is, as its first line says. @throws Error for a block that does not say it. */
export function fileOf({ text }: Block): string {
  const [, file] = /^# (\S+\.yaml)\n/.exec(text) ?? [];
  if (file === undefined) throw new Error(`a YAML block must begin with the name of its file:\n${text}`);
  return file;
}

/** The whole page as one shell script, for somebody who types every line and writes every file where it is shown. */
export function scriptOf(page: string): string {
  const parts = blocksOf(page).map((block) => {
    if (block.language === 'sh') return block.text;
    if (block.language === 'yaml')
      return `cat > ${fileOf(block)} <<'END_OF_FILE'\n${block.text}END_OF_FILE\n`;
    throw new Error(`nobody knows what to do with a block of ${block.language}`);
  });
  return `set -eu\n${parts.join('')}`;
}
