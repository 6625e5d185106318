using Muster.Tests.Workers.Shared;

namespace Muster.Tests.Workers.Flamenco;

/// <summary>One worker runs many tasks, one after the other.</summary>
public sealed class TaskTests : FlamencoTest
{
    [Fact]
    public async Task Tasks_are_run_and_reported_with_their_log_and_wrong_ones_fail_with_a_clear_line()
    {
        await QueueAsync("good", Echo("héllo"), Sleep(0.05), Exec("sh -c 'echo \"out put\"; echo err >&2'"), new { name = "log_a_lot", settings = new { lines = 2500 } });
        await QueueAsync("exit", Echo("first"), Exec("sh -c 'echo why >&2; exit 3'"), Echo("never"));
        await QueueAsync("missing", Exec("no-such-program 1"));
        await QueueAsync("unknown", Echo("not even this"), new { name = "explode", settings = new { } });
        await QueueAsync("unset", Echo("nor this"), new { name = "sleep", settings = new { time_in_seconds = "long" } });
        await QueueAsync("bare", new { name = "echo" });
        await QueueAsync("nameless", new { settings = new { message = "x" } });
        await QueueAsync("empty");
        await QueueAsync("binary", Exec("printf 'a\\377b\\n'"));
        var worker = Start();

        var good = await TaskAsync("good", "completed");
        LogOf(good).ShouldContain("+00:00: héllo\n");
        LogOf(good).ShouldMatch(@"\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00: pid=\d+ > out put\n");
        LogOf(good).ShouldMatch(@"pid=\d+ > err\n");
        LogOf(good).Split('\n').Where(l => l.Contains("This is line", StringComparison.Ordinal)).Select(l => l.Split("line ")[1]).ShouldBe(Enumerable.Range(0, 2500).Select(i => $"{i}"));
        good["history"]!.ToJsonString().ShouldBe("""["handed-out","active","completed"]""");
        (await TaskAsync("exit", "failed"))["activity"]!.GetValue<string>().ShouldBe("Task failed: The program ended with exit code 3: why");
        LogOf(await TaskAsync("exit", "failed")).ShouldNotContain("never");
        (await TaskAsync("missing", "failed"))["activity"]!.GetValue<string>().ShouldContain("no-such-program");
        (await TaskAsync("unknown", "failed"))["activity"]!.GetValue<string>().ShouldStartWith("Task failed: Command 1 is 'explode', which this worker does not know. It knows: blender_render, ");
        LogOf(await TaskAsync("unknown", "failed")).ShouldNotContain("not even this");
        (await TaskAsync("unset", "failed"))["activity"]!.GetValue<string>().ShouldContain("sleep: the setting 'time_in_seconds' is \"long\", and has to be a number");
        LogOf(await TaskAsync("unset", "failed")).ShouldNotContain("nor this");
        (await TaskAsync("bare", "failed"))["activity"]!.GetValue<string>().ShouldContain("echo: the settings have to be a JSON object");
        (await TaskAsync("nameless", "failed"))["activity"]!.GetValue<string>().ShouldContain("Command 0 has no name");
        await TaskAsync("empty", "completed");
        LogOf(await TaskAsync("binary", "completed")).ShouldContain("a\uFFFDb");
        File.Exists(Folder.File("flamenco-worker-subprocess.pid")).ShouldBeFalse();
        (await worker.StopAsync()).ShouldBe(0);

        var updates = (await Manager.RecordAsync("POST /tasks/good/update")).Select(r => r.Body!).ToList();
        updates[0]["task_status"]!.GetValue<string>().ShouldBe("active");
        updates[^1]["metrics"]!["timing"]!["sleep"]!.GetValue<double>().ShouldBeGreaterThan(0.04);
        updates[^1]["command_progress_percentage"]!.GetValue<int>().ShouldBe(100);
        updates[^1]["current_command_idx"]!.GetValue<int>().ShouldBe(3);
        updates.ShouldAllBe(u => u["log"] == null || u["log"]!.GetValue<string>().Split('\n', StringSplitOptions.None).Length <= 1001);
    }

    [Fact]
    public async Task Files_are_moved_copied_removed_and_made()
    {
        await File.WriteAllTextAsync(Folder.File("a"), "new");
        await File.WriteAllTextAsync(Folder.File("final"), "old");
        File.SetLastWriteTimeUtc(Folder.File("final"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await File.WriteAllTextAsync(Folder.File("final-2020-01-02T03_04_05"), "older");
        Directory.CreateDirectory(Folder.File("tree/deep"));
        await File.WriteAllTextAsync(Folder.File("tree/deep/x"), "");
        await File.WriteAllTextAsync(Folder.File("video.mkv"), "v");
        await File.WriteAllTextAsync(Folder.File("video.001.mkv"), "taken");
        await QueueAsync(
            "files",
            Command("copy_file", new { src = "a", dest = "new/folder/b" }),
            Command("move_to_final", new { src = "a", dest = "final" }),
            Command("move_out_of_way", new { src = "nothing" }),
            Command("move_out_of_way", new { src = "new" }),
            Command("remove_tree", new { path = "tree" }),
            Command("remove_tree", new { path = "tree" }),
            Command("remove_file", new { path = "gone/gone" }),
            Command("create_python_file", new { filepath = "made/script.py", contents = "print('hi')\n" }),
            Exec("python3 made/script.py"),
            Command("move_with_counter", new { src = "final", dest = "video.mkv" }));
        await QueueAsync("folder", Command("remove_file", new { path = "made" }));
        await QueueAsync("nopy", Command("create_python_file", new { filepath = "x.sh", contents = "" }));
        await QueueAsync("nosrc", Command("move_to_final", new { src = "nothing", dest = "video.mkv" }));
        var worker = Start();
        LogOf(await TaskAsync("files", "completed")).ShouldContain("> hi\n");
        (await File.ReadAllTextAsync(Folder.File("video.002.mkv"))).ShouldBe("new");
        (await File.ReadAllTextAsync(Folder.File("final-2020-01-02T03_04_05~1"))).ShouldBe("old");
        (await File.ReadAllTextAsync(Folder.File("final-2020-01-02T03_04_05"))).ShouldBe("older");
        Directory.Exists(Folder.File("tree")).ShouldBeFalse();
        Directory.Exists(Folder.File("new")).ShouldBeFalse();
        (await File.ReadAllTextAsync(Path.Combine(Directory.GetDirectories(Folder.Path, "new-*").ShouldHaveSingleItem(), "folder/b"))).ShouldBe("new");
        (await TaskAsync("folder", "failed"))["activity"]!.GetValue<string>().ShouldContain("made is a folder");
        (await TaskAsync("nopy", "failed"))["activity"]!.GetValue<string>().ShouldContain("has to end with .py");
        (await TaskAsync("nosrc", "failed"))["activity"]!.GetValue<string>().ShouldContain("nothing does not exist");
        File.Exists(Folder.File("video.mkv")).ShouldBeTrue();
        (await SeenAsync("POST /output-produced"))[0].Body!["paths"]!.ToJsonString().ShouldBe($"[\"{Folder.File("new/folder/b")}\"]");
        (await worker.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Blender_and_ffmpeg_get_the_arguments_that_the_settings_say()
    {
        // A program that says what it was given, writes what it was told to write, and says so as Blender does.
        await File.WriteAllTextAsync(Folder.File("tool"), "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done; echo\necho 'Fra:7 Mem:1M | rendering'\necho \"Saved: 'out/frame.png'\"\nsleep 0.3\nfor a in \"$@\"; do case $a in */merge_exr.py|*/render_audio.py|*/exr_sequence_to_jpeg.py) python3 -m py_compile \"$a\" && echo script is python;; esac; done\n");
        File.SetUnixFileMode(Folder.File("tool"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        foreach (var file in new[] { "scene.blend", "scene-overrides.py", "1.exr", "2.exr", "c-2.mkv", "c-1.mkv", "a.flac" })
        {
            await File.WriteAllTextAsync(Folder.File(file), "");
        }

        var tool = Folder.File("tool");
        await QueueAsync("render", Command("blender_render", new { blender_cmd = $"{tool} -P", filepath = "scene.blend", render_output = "out/####", format = "PNG", frames = "1..3", python_expr = "x=1" }));
        await QueueAsync("progressive", Command("blender_render_progressive", new { blender_cmd = tool, filepath = "scene.blend", cycles_num_chunks = 9, cycles_chunk_start = 2, cycles_chunk_end = 3 }));
        await QueueAsync("audio", Command("blender_render_audio", new { blender_cmd = tool, filepath = "scene.blend", render_output = "out/a.flac", frame_start = 1, frame_end = 9 }));
        await QueueAsync("merge", Command("merge_progressive_renders", new { blender_cmd = tool, input1 = "1.exr", input2 = "2.exr", output = "out/m.exr", weight1 = 3, weight2 = 4 }));
        await QueueAsync("sequence", Command("merge_progressive_render_sequence", new { blender_cmd = tool, input1 = "1-##.exr", input2 = "2-##.exr", output = "out/m-##.exr", weight1 = 3, weight2 = 4, frame_start = 1, frame_end = 2 }));
        await QueueAsync("jpeg", Command("exr_sequence_to_jpeg", new { blender_cmd = tool, filepath = "scene.blend", exr_glob = "*.exr", output_pattern = "p-##.jpg" }));
        await QueueAsync("video", Command("create_video", new { ffmpeg_cmd = tool, input_files = "?.exr", output_file = "out/v.mkv", fps = 23.98 }));
        await QueueAsync("concat", Command("concatenate_videos", new { ffmpeg_cmd = tool, input_files = "c-*.mkv", output_file = "out/all.mkv" }));
        await QueueAsync("mux", Command("mux_audio", new { ffmpeg_cmd = tool, audio_file = "a.flac", video_file = "c-1.mkv", output_file = "out/av.mkv" }));
        await QueueAsync("encode", Command("encode_audio", new { ffmpeg_cmd = tool, input_file = "a.flac", output_file = "out/a.aac", codec = "aac", bitrate = "192k" }));
        await QueueAsync("chunks", Command("blender_render_progressive", new { blender_cmd = tool, filepath = "scene.blend", cycles_num_chunks = 9, cycles_chunk_start = 2.5, cycles_chunk_end = 3 }));
        await QueueAsync("nofiles", Command("create_video", new { ffmpeg_cmd = tool, input_files = "*.jpg", output_file = "out/v.mkv", fps = 25 }));
        var worker = Start();
        var background = "<--factory-startup><--enable-autoexec><-noaudio><--background><scene.blend>";
        await Says("render", $"<-P>{background}<--python><scene-overrides.py><--python-expr><x=1><--render-output><out/####><--render-format><PNG><--render-frame><1..3>\n");
        await Says("progressive", $"{background}<--python><scene-overrides.py><--><--cycles-resumable-num-chunks><9><--cycles-resumable-start-chunk><2><--cycles-resumable-end-chunk><3>\n");
        await Says("audio", "/render_audio.py><--><--output><out/a.flac><--frame-start><1><--frame-end><9>\n", "script is python");
        await Says("merge", "/merge_exr.py><--><--input1><1.exr><--input2><2.exr><--weight1><3><--weight2><4><--output><out/m.exr>\n", "script is python");
        await Says("sequence", "<--output><out/m-##.exr><--frame-start><1><--frame-end><2>\n");
        await Says("jpeg", "/exr_sequence_to_jpeg.py><--><--exr-glob><*.exr><--output-pattern><p-##.jpg>\n", "script is python");
        await Says("video", "<-nostdin><-r><23.98><-pattern_type><glob><-i><?.exr>", "<-r><23.98><-y><out/v.mkv>\n");
        await Says("concat", "<-nostdin><-f><concat><-safe><0><-i><", "<-c><copy><-y><out/all.mkv>\n");
        await Says("mux", "<-i><a.flac><-i><c-1.mkv><-c><copy><-y><out/av.mkv>\n");
        await Says("encode", "<-i><a.flac><-c:a><aac><-b:a><192k><-y><out/a.aac>\n");
        (await TaskAsync("chunks", "failed"))["activity"]!.GetValue<string>().ShouldContain("'cycles_chunk_start' is 2.5, and has to be a whole number");
        (await TaskAsync("nofiles", "failed"))["activity"]!.GetValue<string>().ShouldContain("No file matches *.jpg");
        Directory.Exists(Folder.File("out")).ShouldBeTrue();
        (await Manager.RecordAsync("POST /tasks/render/update")).Select(r => r.Body!["activity"]!.GetValue<string>()).ShouldContain("Fra:7 Mem:1M | rendering");
        (await SeenAsync("POST /output-produced")).ShouldContain(r => r.Body!.ToJsonString().Contains("/out/frame.png", StringComparison.Ordinal));
        (await worker.StopAsync()).ShouldBe(0);

        async Task Says(string task, params string[] parts)
        {
            var log = LogOf(await TaskAsync(task, "completed"));
            foreach (var part in parts)
            {
                log.ShouldContain(part);
            }
        }
    }

    [Fact]
    public async Task With_single_the_worker_ends_after_one_task()
    {
        await QueueAsync("one", Echo("1"));
        await QueueAsync("two", Echo("2"));
        (await Start("", "--single").ExitAsync()).ShouldBe(0);
        await TaskAsync("one", "completed");
        await TaskAsync("two", "queued");
        (await Manager.RecordAsync("POST /sign-off")).Count.ShouldBe(1);
    }

    private static object Command(string name, object settings) => new { name, settings };
}
