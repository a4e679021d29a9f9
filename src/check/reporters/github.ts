import { problemLine, summaryLine, visible, type Report } from "../report.ts";
import { describe } from "../words/words.ts";

/**
 * The report as workflow commands of GitHub Actions, which show as notes beside the lines of a pull request. GitHub shows
 * ten errors and ten warnings of a step, so the whole list follows, folded, in the log.
 * Source: "Workflow commands for GitHub Actions", setting an error or warning message.
 */
export function githubReport(report: Report): string {
  const { problems, folder } = report;
  const notes = problems.map((problem) => {
    const { path, line, column, severity, rule } = problem;
    const place = { file: `${folder}${path}`, line, col: column, title: rule };
    const properties = Object.entries(place).map(([name, value]) => `${name}=${property(String(value))}`);
    return `::${severity === "error" ? "error" : "warning"} ${properties.join(",")}::${data(describe(problem))}`;
  });
  const list = problems.map((problem) => harmless(visible(`${folder}${problemLine(problem)}`)));
  const folded = list.length > 0 ? ["::group::All findings", ...list, "::endgroup::"] : [];
  return [...notes, ...folded, summaryLine(report)].join("\n");
}

function data(text: string): string {
  return visible(text).replaceAll("%", "%25");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** The older form of commands, `##[error]`, is obeyed anywhere in a line. */
function harmless(line: string): string {
  return line.replaceAll("##[", "## [");
}
