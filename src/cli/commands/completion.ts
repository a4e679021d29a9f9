import type { Command, Option } from "commander";
import { EXIT, type ExitCode } from "../../domain/user-error.ts";
import type { Context } from "../context.ts";

export const shells = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof shells)[number];

/** What may stand behind one command. */
interface Place {
  /** The words that lead there, such as `onetopic suppress add`. */
  readonly path: string;
  readonly words: readonly Word[];
  /** What an option may be, by its name; an empty list for those that take any value. */
  readonly values: readonly { readonly names: readonly string[]; readonly choices: readonly string[] }[];
}

interface Word {
  readonly word: string;
  readonly about: string;
}

/** `onetopic completion bash|zsh|fish|powershell`: prints the script that completes command lines. */
export async function completion({ out }: Context, program: Command, shell: Shell): Promise<ExitCode> {
  const script = writers[shell](placesOf(program, program.name()));
  out.document({ shell, script });
  out.print(script);
  return EXIT.done;
}

function placesOf(command: Command, path: string, inherited: readonly Option[] = []): Place[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const options = [...help.visibleOptions(command), ...inherited].filter(
    (option, at, all) => all.findIndex(({ long }) => long === option.long) === at,
  );
  const lasting = options.filter(({ long }) => long !== "--version");
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [
    ...choices.map((word) => ({ word, about: "" })),
    ...subcommands.map((one) => ({ word: one.name(), about: one.description() })),
    ...options.map(({ long, description }) => ({ word: long ?? "", about: description })),
  ];
  const values = options
    .filter(({ required, optional }) => required || optional)
    .map(({ long, short, argChoices }) => ({
      names: [long, short].filter((name) => name !== undefined),
      choices: argChoices ?? [],
    }));
  const real = command.commands.filter((one) => subcommands.includes(one));
  return [{ path, words, values }, ...real.flatMap((one) => placesOf(one, `${path} ${one.name()}`, lasting))];
}

const writers: Readonly<Record<Shell, (places: readonly Place[]) => string>> = {
  bash: (places) => `# Completes command lines of onetopic in bash: source <(onetopic completion bash)
_onetopic() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} path=onetopic word words=
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
      ${inner(places).map(quoted).join("|")}) path="$path $word" ;;
    esac
  done
  case "$path $prev" in
${choicesOf(places)
  .map(({ at, choices }) => `    ${at.map(quoted).join("|")}) words=${quoted(choices.join(" "))} ;;`)
  .join("\n")}
    ${freeOf(places).map(quoted).join("|")}) return ;;
    *) case "$path" in
${places.map(({ path, words }) => `      ${quoted(path)}) words=${quoted(words.map(({ word }) => word).join(" "))} ;;`).join("\n")}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _onetopic onetopic`,

  zsh: (places) => `#compdef onetopic
# Completes command lines of onetopic in zsh: source <(onetopic completion zsh)
_onetopic() {
  local path_=onetopic word prev=\${words[CURRENT-1]}
  local -a found
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
      ${inner(places).map(quoted).join("|")}) path_="$path_ $word" ;;
    esac
  done
  case "$path_ $prev" in
${choicesOf(places)
  .map(
    ({ at, choices }) =>
      `    ${at.map(quoted).join("|")}) compadd -- ${choices.map(quoted).join(" ")}; return ;;`,
  )
  .join("\n")}
    ${freeOf(places).map(quoted).join("|")}) _files; return ;;
  esac
  case "$path_" in
${places.map(({ path, words }) => `    ${quoted(path)}) found=(${words.map(({ word, about }) => quoted(`${word}:${about}`)).join(" ")}) ;;`).join("\n")}
  esac
  _describe onetopic found || _files
}
if [ "$funcstack[1]" = _onetopic ]; then _onetopic "$@"; else compdef _onetopic onetopic; fi`,

  fish: (places) => `# Completes command lines of onetopic in fish: onetopic completion fish | source
function __onetopic_at
  set -l at onetopic
  for word in (commandline -opc)[2..]
    contains -- "$at $word" ${inner(places).map(fished).join(" ")}; and set at "$at $word"
  end
  test "$at" = "$argv"
end
${places.flatMap(fishLines).join("\n")}`,

  powershell: (
    places,
  ) => `# Completes command lines of onetopic in PowerShell: onetopic completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName onetopic -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${places.map(({ path, words }) => `    ${doubled(path)} = ${words.map(({ word }) => doubled(word)).join(", ")}`).join("\n")}
  }
  $values = @{
${choicesOf(places)
  .flatMap(({ at, choices }) => at.map((one) => `    ${doubled(one)} = ${choices.map(doubled).join(", ")}`))
  .join("\n")}
  }
  $before = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $path = 'onetopic'
  foreach ($word in $before | Select-Object -Skip 1) { if ($words.ContainsKey("$path $word")) { $path = "$path $word" } }
  $key = "$path $($before[-1])"
  $found = if ($values.ContainsKey($key)) { $values[$key] } else { $words[$path] }
  $found | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}`,
};

/** The places below the first, which is the program itself. */
function inner(places: readonly Place[]): string[] {
  return places.slice(1).map(({ path }) => path);
}

/** Options with a choice of values, each with the places where it may stand. */
function choicesOf(places: readonly Place[]): { at: string[]; choices: readonly string[] }[] {
  return places.flatMap(({ path, values }) =>
    values
      .filter(({ choices }) => choices.length > 0)
      .map(({ names, choices }) => ({ at: names.map((name) => `${path} ${name}`), choices })),
  );
}

/** Options behind which anything may stand: files are offered. */
function freeOf(places: readonly Place[]): string[] {
  return places.flatMap(({ path, values }) =>
    values
      .filter(({ choices }) => choices.length === 0)
      .flatMap(({ names }) => names.map((name) => `${path} ${name}`)),
  );
}

function fishLines({ path, words, values }: Place): string[] {
  const at = `complete -c onetopic -n ${fished(`__onetopic_at ${path}`)}`;
  return words.map(({ word, about }) => {
    if (!word.startsWith("--")) return `${at} -f -a ${fished(word)} -d ${fished(about)}`;
    const value = values.find(({ names }) => names.includes(word));
    const behind =
      value === undefined
        ? ""
        : value.choices.length > 0
          ? ` -x -a ${fished(value.choices.join(" "))}`
          : " -r";
    return `${at} -l ${fished(word.slice(2))}${behind} -d ${fished(about)}`;
  });
}

/** For bash and zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fished(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function doubled(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
