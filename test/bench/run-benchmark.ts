/** What every benchmark can be told. */
interface BenchmarkOptions {
  json: boolean;
  help: boolean;
}

export interface Benchmark<Options extends BenchmarkOptions> {
  /** What `--help` prints. */
  help: string;
  /** @throws Error naming what is wrong with the arguments */
  parse(args: string[]): Options;
  /** @param say prints a line, on stderr where figures go to stdout */
  measure(
    options: Options,
    say: (line: string) => void,
  ): Promise<{
    /** In Markdown. */
    table: string;
    /** What `--json` prints. */
    figures: object;
    /** Whether nothing was wrong; no time makes it false. */
    isFaultless: boolean;
  }>;
}

/** A whole benchmark; sets the exit code. */
export async function runBenchmark<Options extends BenchmarkOptions>(
  args: string[],
  { help, parse, measure }: Benchmark<Options>,
): Promise<void> {
  // Ends the Strapi processes too: they are ended at the exit of this one.
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));
  try {
    const options = parse(args);
    if (options.help) {
      process.stdout.write(help);
      return;
    }
    const report = options.json ? process.stderr : process.stdout;
    const say = (line: string) => void report.write(`${line}\n`);
    const { table, figures, isFaultless } = await measure(options, say);
    say(`\n${table}\n`);
    if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
    process.exitCode = isFaultless ? 0 : 1;
  } catch (error) {
    process.stderr.write(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
