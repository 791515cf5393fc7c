namespace Fabraix.Proxy.WireTests.Properties;

/// <summary>Targets near the listed ones and far from them, the same ones for the same seed.</summary>
internal sealed class TargetGenerator(int seed, IReadOnlyList<string> listed)
{
    private static readonly string[] Tricks =
        ["/", "//", "/.", "/./", "/..", "/../", "..;/", ";", "?", "#", "%", "%2f", "%2e", "%00", "%20", "\\", "*", "@", ":", "~", "-", ".", "%25", "\u00e9", "\0", " ", "\t", "\r", "\n", "\r\n"];

    private readonly Random random = new(seed);

    public string Next() => random.Next(10) switch
    {
        0 => Listed(),
        1 => Noise(random.Next(1, 40)),
        2 => "/" + Noise(random.Next(1, 40)),
        3 => Listed() + Trick() + Listed(),
        4 => $"http://{Noise(random.Next(1, 10))}{Listed()}",
        _ => Mutated(Listed(), random.Next(1, 4)),
    };

    private string Mutated(string target, int times)
    {
        for (; times > 0 && target.Length > 0; times--)
        {
            var place = random.Next(target.Length);
            target = random.Next(9) switch
            {
                0 or 8 => target.Insert(place, Trick()),
                1 => target.Remove(place, 1),
                2 => target.Remove(place, 1).Insert(place, Noise(1)),
                3 => target.Remove(place, 1).Insert(place, $"%{(int)target[place]:x2}"),
                4 => target.Remove(place, 1).Insert(place, Flip(target[place])),
                5 => target + Trick(),
                6 => "/" + Trick() + target,
                _ => target[..place] + target[place..].ToUpperInvariant(),
            };
        }
        return target;
    }

    private string Listed() => listed[random.Next(listed.Count)];

    private string Trick() => Tricks[random.Next(Tricks.Length)];

    /// <summary>Mostly visible ASCII: of the rest the server refuses nearly all by itself, one connection each.</summary>
    private string Noise(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)(random.Next(50) > 0 ? random.Next('!', 127) : random.Next(256))));

    private static string Flip(char letter) => (char.IsUpper(letter) ? char.ToLowerInvariant(letter) : char.ToUpperInvariant(letter)).ToString();
}
