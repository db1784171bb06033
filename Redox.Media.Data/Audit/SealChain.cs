using Redox.Media.Core.Audit;

namespace Redox.Media.Data.Audit;

/// <summary>What is wrong with the seals themselves, before any audit row is read.</summary>
internal static class SealChain
{
    private const int KnownForm = 1;

    public static IEnumerable<SealFailure> Failures(IReadOnlyList<SealRow> seals)
    {
        SealRow? before = null;
        foreach (var seal in seals)
        {
            if (seal.Form != KnownForm)
            {
                yield return new SealFailure(SealProblem.UnknownForm, seal.Number, $"has digests of the form {seal.Form}");
            }
            else if (!seal.Digest.AsSpan().SequenceEqual(seal.Expected))
            {
                yield return new SealFailure(SealProblem.ChangedSeal, seal.Number, "is not as it was made");
            }

            var expected = (before?.Number ?? 0) + 1;
            if (seal.Number != expected)
            {
                yield return new SealFailure(
                    SealProblem.MissingSeal, seal.Number, $"seals {expected} to {seal.Number - 1} are missing before it");
            }
            else if (!Follows(seal, before))
            {
                yield return new SealFailure(SealProblem.BrokenChain, seal.Number, "does not follow the seal before it");
            }

            before = seal;
        }
    }

    private static bool Follows(SealRow seal, SealRow? before)
    {
        if (before is null)
        {
            return seal is { PreviousDigest: null, From: 0 };
        }

        // Seals of several months may cover the same transactions.
        var isNext = seal.From == before.To || (seal.From == before.From && seal.To == before.To);
        return seal.PreviousDigest?.AsSpan().SequenceEqual(before.Digest) == true
            && (seal.Era == before.Era ? isNext : seal.Era == before.Era + 1 && seal.From == 0);
    }
}
