using Muster.Workers.Flamenco.Tasks;

namespace Muster.Workers.Flamenco.Commands;

/// <summary>All commands by their names. Each reads its settings and gives the step that runs.</summary>
internal static class CommandCatalog
{
    public static IReadOnlyDictionary<string, Func<CommandSettings, TaskStep>> All { get; } = new SortedDictionary<string, Func<CommandSettings, TaskStep>>(StringComparer.Ordinal)
    {
        ["echo"] = BasicCommands.Echo,
        ["log_a_lot"] = BasicCommands.LogALot,
        ["sleep"] = BasicCommands.Sleep,
        ["exec"] = BasicCommands.Exec,
        ["move_out_of_way"] = FileCommands.MoveOutOfWay,
        ["move_to_final"] = FileCommands.MoveToFinal,
        ["move_with_counter"] = FileCommands.MoveWithCounter,
        ["copy_file"] = FileCommands.Copy,
        ["remove_tree"] = FileCommands.RemoveTree,
        ["remove_file"] = FileCommands.RemoveFile,
        ["create_python_file"] = FileCommands.CreatePython,
        ["blender_render"] = BlenderCommands.Render,
        ["blender_render_progressive"] = BlenderCommands.RenderProgressive,
        ["blender_render_audio"] = BlenderCommands.RenderAudio,
        ["merge_progressive_renders"] = BlenderCommands.Merge,
        ["merge_progressive_render_sequence"] = BlenderCommands.MergeSequence,
        ["exr_sequence_to_jpeg"] = BlenderCommands.ExrToJpeg,
        ["create_video"] = VideoCommands.Create,
        ["concatenate_videos"] = VideoCommands.Concatenate,
        ["mux_audio"] = VideoCommands.Mux,
        ["encode_audio"] = VideoCommands.EncodeAudio,
    };
}
