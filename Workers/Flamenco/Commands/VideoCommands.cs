using System.Globalization;
using Muster.Workers.Flamenco.Tasks;

namespace Muster.Workers.Flamenco.Commands;

/// <summary>What ffmpeg does: makes videos of pictures, joins them, and adds sound.</summary>
internal static class VideoCommands
{
    public static TaskStep Create(CommandSettings settings)
    {
        var (inputs, output) = (settings.Text("input_files"), settings.Text("output_file"));
        var rate = settings.Number("fps");
        if (rate <= 0)
        {
            throw settings.Wrong("the setting 'fps' has to be above 0");
        }

        var fps = rate.ToString(CultureInfo.InvariantCulture);
        return Step(settings, output, _ =>
        {
            FileGlob.Matching(inputs);
            return ["-r", fps, "-pattern_type", "glob", "-i", inputs, "-c:v", "h264", "-crf", "23", "-g", "18", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-r", fps];
        });
    }

    public static TaskStep Concatenate(CommandSettings settings)
    {
        var (inputs, output) = (settings.Text("input_files"), settings.Text("output_file"));
        return Step(settings, output, list =>
        {
            // In the list of ffmpeg a quote ends the quoted part.
            File.WriteAllLines(list, ["ffconcat version 1.0", .. FileGlob.Matching(inputs).Select(f => $"file '{f.Replace("'", "'\\''", StringComparison.Ordinal)}'")]);
            return ["-f", "concat", "-safe", "0", "-i", list, "-c", "copy"];
        });
    }

    public static TaskStep Mux(CommandSettings settings)
    {
        var (audio, video, output) = (settings.Text("audio_file"), settings.Text("video_file"), settings.Text("output_file"));
        return Step(settings, output, _ => ["-i", MustExist(audio), "-i", MustExist(video), "-c", "copy"]);
    }

    public static TaskStep EncodeAudio(CommandSettings settings)
    {
        var (input, output) = (settings.Text("input_file"), settings.Text("output_file"));
        var (codec, bitrate) = (settings.Text("codec"), settings.Text("bitrate"));
        return Step(settings, output, _ => ["-i", MustExist(input), "-c:a", codec, "-b:a", bitrate]);
    }

    // The arguments are made when the step runs; they are given a temporary file for a list.
    private static TaskStep Step(CommandSettings settings, string output, Func<string, IReadOnlyList<string>> arguments)
    {
        var ffmpeg = ShellWords.Split(settings.Text("ffmpeg_cmd", "ffmpeg"));
        if (ffmpeg is not { Count: > 0 })
        {
            throw settings.Wrong("the setting 'ffmpeg_cmd' is no command line: a quote is not closed, or there is no word in it");
        }

        return async (context, cancelled) =>
        {
            var list = Path.GetTempFileName();
            try
            {
                var given = arguments(list);
                FileCommands.MakeParent(output);
                await context.Subprocess.RunAsync([.. ffmpeg, "-nostdin", .. given, "-y", output], context.Report, null, cancelled).ConfigureAwait(false);
            }
            finally
            {
                File.Delete(list);
            }

            context.Outputs.Produced(Path.GetFullPath(output));
        };
    }

    private static string MustExist(string file) => File.Exists(file) ? file : throw new CommandFailedException($"The file {file} does not exist.");
}
