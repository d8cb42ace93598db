using System.Globalization;
using OllamaStudio.Core.Ollama;
using OllamaStudio.Core.Ollama.Library;
using OllamaStudio.Shared;

namespace OllamaStudio.Models;

/// <summary>The words of the page of models.</summary>
public static class ModelsText
{
    // As much of a digest as `ollama list` shows.
    private const int DigestLength = 12;

    /// <summary>How long ago, roughly: <c>just now</c>, <c>12 minutes ago</c>, <c>2 weeks ago</c>. A time to come is now.</summary>
    public static string Ago(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => "just now",
        { TotalHours: < 1 } => Some(age.TotalMinutes, "minute"),
        { TotalDays: < 1 } => Some(age.TotalHours, "hour"),
        { TotalDays: < 14 } => Some(age.TotalDays, "day"),
        { TotalDays: < 60 } => Some(age.TotalDays / 7, "week"),
        { TotalDays: < 730 } => Some(age.TotalDays / 30.4, "month"),
        _ => Some(age.TotalDays / 365.2, "year"),
    };

    /// <summary>When it leaves memory: <c>leaves in 4 m 12 s</c>, <c>stays</c>, <c>leaves now</c>.</summary>
    public static string Leaves(TimeSpan left) =>
        left > TimeSpan.FromDays(365) ? "stays until Ollama stops" : left <= TimeSpan.Zero ? "leaves now" : $"leaves in {DurationText.Lasting(left)}";

    /// <summary>Where it is, as <c>/api/ps</c> says: <c>all on GPU</c>, <c>61 % on GPU</c>, <c>on CPU</c>; null where it does not say how large it is.</summary>
    public static string? Share(OllamaRunningModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Size <= 0 ? null
            : model.SizeVram <= 0 ? "on CPU"
            : model.SizeVram >= model.Size ? "all on GPU"
            : string.Create(CultureInfo.InvariantCulture, $"{100.0 * model.SizeVram / model.Size:0} % on GPU");
    }

    /// <summary>What a pull does: <c>waits for others</c>, <c>pulling, 3 layers done</c>, <c>verifying sha256 digest</c>.</summary>
    public static string Doing(ModelJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job switch
        {
            { Kind: ModelJobKind.Create, State: ModelJobState.Done } => "is made",
            { Kind: ModelJobKind.Create } => job.Status.Length > 0 ? $"is being made: {job.Status}" : "is being made",
            { State: ModelJobState.Done } => job.Progress is { Total: > 0 } all ? $"pulled, {ByteText.Of(all.Total)}" : "pulled",
            { State: ModelJobState.Paused } => "paused",
            { State: ModelJobState.Waiting } => $"waits: {ModelLibrary.MostPulls} are pulled at a time",
            { Progress: { Total: > 0 } progress } when progress.Completed < progress.Total => $"pulling{(progress.LayersDone > 0 ? $", {CountText.Of(progress.LayersDone, "layer")} done" : "")}",
            _ => job.Status.Length > 0 ? job.Status : "asks for it",
        };
    }

    /// <summary>How far it is: <c>4.97 GB of 8.15 GB · 41 MB/s · 1 m 18 s left</c>; empty where nothing is known.</summary>
    public static string Far(ModelJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (job.Progress is not { Total: > 0 } progress || job.State is ModelJobState.Done)
        {
            return "";
        }

        IEnumerable<string?> parts =
        [
            $"{ByteText.Of(progress.Completed)} of {ByteText.Of(progress.Total)}",
            job.State is ModelJobState.Running && progress.BytesPerSecond is { } speed ? $"{ByteText.Of((long)speed)}/s" : null,
            job.State is ModelJobState.Running && progress is { Left: { } left } && progress.Completed < progress.Total ? $"{DurationText.Lasting(left)} left" : null,
        ];
        return string.Join(" · ", parts.Where(static part => part is not null));
    }

    /// <summary>What failed, as a sentence's beginning.</summary>
    public static string Failed(ModelJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var name = ModelNames.Display(job.Model);
        return job.Kind switch
        {
            ModelJobKind.Pull => $"{name} could not be pulled",
            ModelJobKind.Create => $"{name} could not be made",
            ModelJobKind.Copy => $"{ModelNames.Display(job.Source!)} could not be copied to {name}",
            ModelJobKind.Delete => $"{name} could not be deleted",
            ModelJobKind.Load => $"{name} could not be loaded",
            _ => $"{name} could not be unloaded",
        };
    }

    /// <summary>Why something failed, in the server's words, and what to do; as sentences.</summary>
    public static string Why(string? error, string? nextStep)
    {
        var why = (error ?? "").Trim();
        return $"{why}{(why.Length > 0 && char.IsLetterOrDigit(why[^1]) ? "." : "")} {nextStep}".Trim();
    }

    /// <summary>What was done, for whoever does not see it.</summary>
    public static string Done(ModelJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var name = ModelNames.Display(job.Model);
        return job.Kind switch
        {
            ModelJobKind.Pull => $"{name} is pulled.",
            ModelJobKind.Create => $"{name} is made.",
            ModelJobKind.Copy => $"{ModelNames.Display(job.Source!)} is copied to {name}.",
            ModelJobKind.Delete => $"{name} is deleted.",
            ModelJobKind.Load => $"{name} is in memory.",
            _ => $"{name} was taken out of memory.",
        };
    }

    /// <summary>A digest, cut as <c>ollama list</c> cuts it.</summary>
    public static string Digest(string digest)
    {
        ArgumentNullException.ThrowIfNull(digest);
        return digest.Length > DigestLength ? digest[..DigestLength] : digest;
    }

    private static string Some(double count, string unit) => CountText.Of((long)count, unit) + " ago";
}
