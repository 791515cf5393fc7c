using System.Globalization;
using Fabraix.Proxy.Fuzz;
using SharpFuzz;

// Not before it is needed: afl-fuzz must be there before any code that it watches runs.
var made = new Lazy<TokenTarget>(() => new TokenTarget());
switch (args)
{
    // Under afl-fuzz, which gives one input after the other.
    case []:
        Fuzzer.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            made.Value.Try(input.ToArray());
        });
        return 0;

    // By itself: the seeds and what a mutator makes of them, the same for the same number.
    case ["mutate", var seed, var seconds]:
        using (var target = made.Value)
        {
            var tried = new Mutator(int.Parse(seed, CultureInfo.InvariantCulture)).Run(target, TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
            Console.WriteLine($"{tried} inputs, {target.Accepted} accepted, the slowest {target.Slowest.TotalMilliseconds:0.0} ms.");
            return 0;
        }

    case ["try", .. var files]:
        foreach (var file in files)
            made.Value.Try(await File.ReadAllBytesAsync(file));
        return 0;

    default:
        await Console.Error.WriteLineAsync("Nothing (under afl-fuzz), mutate SEED SECONDS, or try FILE...");
        return 2;
}
