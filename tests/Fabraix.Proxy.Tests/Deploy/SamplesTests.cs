using Fabraix.Proxy.Tests.Configuration;

namespace Fabraix.Proxy.Tests.Deploy;

/// <summary>Nobody edits what is delivered, and no sample value stays unseen.</summary>
public sealed class SamplesTests
{
    private const string Mark = "# SAMPLE";

    public static TheoryData<string> Values => [.. Copied.Values];

    [Fact]
    public void Have_a_file_for_each_overlay_and_component_with_values_of_its_user() =>
        Assert.Equal(Deployments.Overlays.Where(name => name != "secret").Concat(Deployments.Components).Order(StringComparer.Ordinal), Copied.Values);

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Are_all_gone_when_the_file_is_filled_in(string choice)
    {
        var text = await Copied.RenderAsync(choice);

        Assert.DoesNotContain(text.Split('\n'), line => Copied.LastLook.IsMatch(line));
        var manifests = Manifests.Parse(text);
        Assert.Empty(OurRules.Broken(manifests));
        Assert.Empty(Sample.Shown([.. PodConfiguration.Read(manifests).Mistakes]));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Are_seen_by_the_last_look_when_it_is_forgotten(string choice) =>
        Assert.Contains((await Copied.RenderAsync(choice, forget: true)).Split('\n'), line => Copied.LastLook.IsMatch(line));

    [Fact]
    public async Task Have_optional_patches_beside_them_that_are_right_without_their_mark()
    {
        var text = await Copied.RenderAsync("ingress-nginx");

        Assert.Contains("imagePullSecrets:\n- name: registry\n", text, StringComparison.Ordinal);
        Assert.Contains("    cert-manager.io/cluster-issuer: letsencrypt\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Are_marked_and_the_last_look_finds_each_that_is()
    {
        var delivered = Directory.GetFiles(Repository.File("deploy", "kubernetes"), "*.yaml", SearchOption.AllDirectories).SelectMany(File.ReadAllLines).Where(line => !line.TrimStart().StartsWith('#')).ToList();

        Assert.InRange(delivered.Count(IsMarked), 40, 100);
        Assert.Equal(delivered.Where(IsMarked), delivered.Where(line => Copied.LastLook.IsMatch(line.Split(" #")[0])));
    }

    private static bool IsMarked(string line) => line.Contains(Mark, StringComparison.Ordinal);
}
