using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Workers.Flamenco.Tasks;

namespace Muster.Workers.Flamenco.Commands;

/// <summary>What Blender does: renders, mixes sound, merges and converts pictures. Blender is a command line of the setting <c>blender_cmd</c>, run without its window.</summary>
internal static partial class BlenderCommands
{
    /// <summary>The file of a job can appear a little later than its task, on a shared file system.</summary>
    private static readonly TimeSpan WaitForFile = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    public static TaskStep Render(CommandSettings settings)
    {
        var render = Scene.Of(settings);
        return (context, cancelled) => RunAsync(render, [], context, cancelled);
    }

    public static TaskStep RenderProgressive(CommandSettings settings)
    {
        var render = Scene.Of(settings);
        var chunks = settings.Whole("cycles_num_chunks", 1);
        var first = settings.Whole("cycles_chunk_start", 1);
        var last = settings.Whole("cycles_chunk_end", 1);
        if (last < first || last > chunks)
        {
            throw settings.Wrong($"the chunks {first} to {last} are not among 1 to {chunks}");
        }

        return (context, cancelled) => RunAsync(render, ["--", "--cycles-resumable-num-chunks", Text(chunks), "--cycles-resumable-start-chunk", Text(first), "--cycles-resumable-end-chunk", Text(last)], context, cancelled);
    }

    public static TaskStep RenderAudio(CommandSettings settings)
    {
        var (blender, file) = (Blender(settings), settings.Text("filepath"));
        var output = settings.Text("render_output");
        var (start, end) = (settings.OptionalWhole("frame_start", 0), settings.OptionalWhole("frame_end", 0));
        return async (context, cancelled) =>
        {
            await MustAppearAsync(file, context, cancelled).ConfigureAwait(false);
            FileCommands.MakeParent(output);
            await ScriptAsync([.. blender, "--factory-startup", "--enable-autoexec", "-noaudio", "--background", file], "render_audio.py",
                ["--output", output, .. Frame("--frame-start", start), .. Frame("--frame-end", end)], context, cancelled).ConfigureAwait(false);
        };
    }

    public static TaskStep Merge(CommandSettings settings)
    {
        var blender = Blender(settings);
        var (input1, input2, output) = (settings.Text("input1"), settings.Text("input2"), settings.Text("output"));
        var (weight1, weight2) = (settings.Whole("weight1", 1), settings.Whole("weight2", 1));
        return async (context, cancelled) =>
        {
            MustExist(input1);
            MustExist(input2);
            FileCommands.MakeParent(output);
            await ScriptAsync([.. blender, "--factory-startup", "-noaudio", "--background"], "merge_exr.py",
                ["--input1", input1, "--input2", input2, "--weight1", Text(weight1), "--weight2", Text(weight2), "--output", output], context, cancelled).ConfigureAwait(false);
            context.Outputs.Produced(Path.GetFullPath(output));
        };
    }

    public static TaskStep MergeSequence(CommandSettings settings)
    {
        var blender = Blender(settings);
        var (input1, input2, output) = (settings.Text("input1"), settings.Text("input2"), settings.Text("output"));
        var (weight1, weight2) = (settings.Whole("weight1", 1), settings.Whole("weight2", 1));
        var (start, end) = (settings.Whole("frame_start", 0), settings.Whole("frame_end", 0));
        if (end < start)
        {
            throw settings.Wrong($"frame_end is {end}, before frame_start, which is {start}");
        }

        return async (context, cancelled) =>
        {
            FileCommands.MakeParent(output);
            await ScriptAsync([.. blender, "--factory-startup", "-noaudio", "--background"], "merge_exr.py",
                ["--input1", input1, "--input2", input2, "--weight1", Text(weight1), "--weight2", Text(weight2), "--output", output, .. Frame("--frame-start", start), .. Frame("--frame-end", end)],
                context, cancelled).ConfigureAwait(false);
        };
    }

    public static TaskStep ExrToJpeg(CommandSettings settings)
    {
        var (blender, file) = (Blender(settings), settings.Text("filepath"));
        var (glob, pattern) = (settings.Text("exr_glob"), settings.Text("output_pattern", "preview-######.jpg"));
        return async (context, cancelled) =>
        {
            await MustAppearAsync(file, context, cancelled).ConfigureAwait(false);
            await ScriptAsync([.. blender, "--factory-startup", "--enable-autoexec", "-noaudio", "--background", file], "exr_sequence_to_jpeg.py",
                ["--exr-glob", glob, "--output-pattern", pattern], context, cancelled).ConfigureAwait(false);
        };
    }

    private static async Task RunAsync(Scene scene, IReadOnlyList<string> last, StepContext context, CancellationToken cancelled)
    {
        await MustAppearAsync(scene.File, context, cancelled).ConfigureAwait(false);
        if (scene.Output is not null)
        {
            FileCommands.MakeParent(scene.Output);
        }

        await context.Subprocess.RunAsync([.. scene.Arguments(), .. last], context.Report, line => Look(line, context), cancelled).ConfigureAwait(false);
    }

    private static async Task ScriptAsync(IReadOnlyList<string> blender, string name, IReadOnlyList<string> arguments, StepContext context, CancellationToken cancelled)
    {
        var folder = Directory.CreateTempSubdirectory("flamenco-script-");
        try
        {
            var script = Path.Combine(folder.FullName, name);
            var source = typeof(BlenderCommands).Assembly.GetManifestResourceStream(name)!;
            await using (source.ConfigureAwait(false))
            {
                var target = File.Create(script);
                await using (target.ConfigureAwait(false))
                {
                    await source.CopyToAsync(target, cancelled).ConfigureAwait(false);
                }
            }

            await context.Subprocess.RunAsync([.. blender, "--python-exit-code", "42", "--python", script, "--", .. arguments], context.Report, line => Look(line, context), cancelled).ConfigureAwait(false);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // "Saved: 'path'" and the line about the frame that is worked on.
    private static void Look(string line, StepContext context)
    {
        if (Saved().Match(line) is { Success: true } saved)
        {
            context.Outputs.Produced(Path.GetFullPath(saved.Groups[1].Value));
        }
        else if (line.StartsWith("Fra:", StringComparison.Ordinal))
        {
            context.Report.Activity(line);
        }
    }

    private static IReadOnlyList<string> Blender(CommandSettings settings)
    {
        var words = ShellWords.Split(settings.Text("blender_cmd"));
        return words is { Count: > 0 } ? words : throw settings.Wrong("the setting 'blender_cmd' is no command line: a quote is not closed, or there is no word in it");
    }

    private static async Task MustAppearAsync(string file, StepContext context, CancellationToken cancelled)
    {
        var start = context.Clock.GetTimestamp();
        while (!File.Exists(file))
        {
            if (context.Clock.GetElapsedTime(start) >= WaitForFile)
            {
                throw new CommandFailedException($"The file {file} does not exist.");
            }

            await Task.Delay(LookEvery, context.Clock, cancelled).ConfigureAwait(false);
        }
    }

    private static void MustExist(string file)
    {
        if (!File.Exists(file))
        {
            throw new CommandFailedException($"The file {file} does not exist.");
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static IReadOnlyList<string> Frame(string name, int? frame) => frame is { } number ? [name, Text(number)] : [];

    [GeneratedRegex("^Saved: '(.+)'")]
    private static partial Regex Saved();

    /// <summary>What is rendered, and how.</summary>
    private sealed record Scene(IReadOnlyList<string> Program, string File, string? Output, string? Format, string? Frames, string? Expression)
    {
        public static Scene Of(CommandSettings settings) => new(
            Blender(settings), settings.Text("filepath"), Given(settings, "render_output"), Given(settings, "format"), Given(settings, "frames"), Given(settings, "python_expr"));

        public IReadOnlyList<string> Arguments()
        {
            var overrides = Path.Combine(Path.GetDirectoryName(File) ?? "", Path.GetFileNameWithoutExtension(File) + "-overrides.py");
            return
            [
                .. Program, "--factory-startup", "--enable-autoexec", "-noaudio", "--background", File,
                .. System.IO.File.Exists(overrides) ? Pair("--python", overrides) : [],
                .. Pair("--python-expr", Expression), .. Pair("--render-output", Output), .. Pair("--render-format", Format), .. Pair("--render-frame", Frames),
            ];
        }

        private static string? Given(CommandSettings settings, string name) => settings.OptionalText(name) is { Length: > 0 } text ? text : null;

        private static IReadOnlyList<string> Pair(string name, string? value) => value is null ? [] : [name, value];
    }
}
