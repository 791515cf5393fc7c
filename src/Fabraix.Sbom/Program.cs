using System.Xml.Linq;
using Fabraix.Sbom;

// dotnet run --project src/Fabraix.Sbom -- REPOSITORY LOCKFILE PACKAGES OUTPUT: the list of parts of a program that is built with that lock file.
if (args is not [var repository, var lockFile, var packages, var output])
{
    await Console.Error.WriteLineAsync("Wanted: the repository, the lock file, the folder of restored packages, and the file to write.");
    return 2;
}

var buildProps = XDocument.Load(Path.Combine(repository, "Directory.Build.props"));
var parts = Contents.Of(
    LockFile.Parse(await File.ReadAllTextAsync(lockFile)),
    buildProps,
    XDocument.Load(Path.Combine(repository, "Directory.Packages.props")),
    XDocument.Load(Path.Combine(repository, "src", "Fabraix.Proxy", "Fabraix.Proxy.csproj")));
var licensed = parts.Select(part => part with { License = Licenses.Find(packages, part.Name, part.Version) }).ToList();
await File.WriteAllTextAsync(output, Bom.Write(Contents.Property("Version", buildProps), licensed));
Console.WriteLine($"{licensed.Count} parts, {licensed.Count(part => part.License is null)} without a licence by SPDX expression.");
return 0;
