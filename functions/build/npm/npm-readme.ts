/** Links and images of Markdown, without those that lead within the page. */
const LINK = /(?<image>!?)\[(?<text>[^\]]*)\]\((?<target>(?!https?:|mailto:|#)[^)\s]+)\)/g;

/**
 * A README whose links lead somewhere on npm, too, where only this one file is shown.
 *
 * @param repository `https://github.com/<owner>/<name>`.
 * @param tag of the release that the links are to show.
 */
export function npmReadme(readme: string, repository: string, tag: string): string {
  return readme.replace(LINK, (_all, image: string, text: string, target: string) => {
    // What an image shows is the file itself, not the page about it.
    const view = image === '!' ? 'raw' : target.endsWith('/') ? 'tree' : 'blob';
    return `${image}[${text}](${repository}/${view}/${tag}/${target})`;
  });
}
