using System.Diagnostics;
using System.Text.Json;
using Fabraix.Proxy.Secrets;
using Fabraix.TestKit;
using Fabraix.TestKit.Stores;

namespace Fabraix.Proxy.WireTests.Stores.Contract;

/// <summary>Files of a temporary folder. A pipe that nobody writes to stands for a file on a mount that does not answer.</summary>
internal sealed class FileSubject : StoreSubject
{
    private const string Local = "a file is not asked over a network";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fabraix-contract-");
    private readonly Dictionary<string, string> held = [];

    public override StoreContext Context { get; } = new();

    public override IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>
    {
        [Ability.Versions] = "a file is its newest version",
        [Ability.Disable] = "a file cannot be switched off",
        [Ability.Expire] = "a file has no end",
        [Ability.Network] = Local,
    };

    public override int Hanging => held.Count;

    public override string NoVersion => throw Lacking(Ability.Versions);

    public override string NewName() => Guid.NewGuid().ToString("N");

    public override string Reference(string name, string? version = null, string? field = null) => $"file:{At(name)}" + (field is null ? "" : "#" + field);

    public override void Put(string name, string value)
    {
        File.WriteAllText(At(name) + ".new", value);
        File.Move(At(name) + ".new", At(name), overwrite: true);
    }

    public override void Put(string name, IReadOnlyDictionary<string, string> fields) => Put(name, JsonSerializer.Serialize(fields));

    public override void Delete(string name) => File.Delete(At(name));

    public override string Previous(string name) => throw Lacking(Ability.Versions);

    public override void Disable(string name) => throw Lacking(Ability.Disable);

    public override void Expire(string name) => throw Lacking(Ability.Expire);

    /// <summary>A folder in its place: who runs the tests may be one who may read every file.</summary>
    public override void Deny(string name)
    {
        File.Delete(At(name));
        Directory.CreateDirectory(At(name));
    }

    public override async Task SetFaultAsync(string name, Fault fault)
    {
        if (fault == Fault.Hang)
        {
            held[name] = File.ReadAllText(At(name));
            File.Delete(At(name));
            using var make = Process.Start("mkfifo", [At(name)]);
            await make.WaitForExitAsync().InTimeAsync("a pipe");
        }
        else if (fault == Fault.None && held.Remove(name, out var value))
        {
            // Whoever waits for a writer goes on; who opens both ends waits for nobody.
            using (new FileStream(At(name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite)) File.Delete(At(name));
            Put(name, value);
        }
        else if (fault != Fault.None)
        {
            throw Lacking(Ability.Network);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var name in held.Keys.ToList()) await SetFaultAsync(name, Fault.None);
        folder.Delete(recursive: true);
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private NotSupportedException Lacking(Ability ability) => new(Lacks[ability]);
}
