namespace OllamaStudio.Core.Settings;

/// <summary>The folder of settings and database: made when first needed, for this user alone.</summary>
public sealed class DataFolder
{
    /// <summary>The folder's name in the home folder, where nothing else is set.</summary>
    public const string DefaultName = ".ollama-studio";

    /// <summary>Makes no folder yet.</summary>
    /// <param name="path">Relative paths count from the current folder.</param>
    public DataFolder(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Path = System.IO.Path.GetFullPath(path);
    }

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>The folder that <see cref="HostSettings.DataFolder"/> names (a leading <c>~/</c> is the home folder), else <see cref="DefaultName"/> in the home folder.</summary>
    public static DataFolder Resolve(HostSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);

        // Empty where the account has no home, as in some containers; the folder is then made where the studio was started.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new(settings.DataFolder switch
        {
            null => System.IO.Path.Combine(home, DefaultName),
            "~" => home,
            ['~', '/', .. var within] => System.IO.Path.Combine(home, within),
            var path => path,
        });
    }

    /// <summary>The path of a file or folder within.</summary>
    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes the folder, readable for this user only, unless it is there; one that is there keeps its mode.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public void Create() => Create(Path);

    /// <summary>Makes a folder within, in the same way.</summary>
    public DirectoryInfo CreateWithin(string name)
    {
        Create();
        return Create(Combine(name));
    }

    /// <summary>Makes the folder and writes to it, to find out early whether it can be used; what stands against it, in a sentence, or null.</summary>
    public string? FindProblem()
    {
        try
        {
            Create();
            var probe = Combine($".probe-{Guid.NewGuid():N}");
            using (new FileStream(probe, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose }))
            {
                return null;
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"The data folder {Path} cannot be written: {problem.Message} Settings last until the studio stops; set OLLAMASTUDIO_DATA to a folder that can be written.";
        }
    }

    /// <summary>Opens a file that, where it is made now, is readable for this user only; nobody else opens it meanwhile.</summary>
    public static FileStream OpenPrivate(string path, FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }

    private static DirectoryInfo Create(string path) =>
        OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
