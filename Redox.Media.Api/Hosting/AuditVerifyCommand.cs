using System.Globalization;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// <c>audit verify [--from TIME] [--to TIME]</c>: compares the audit with its seals. A line for each seal that is damaged goes to
/// <paramref name="output"/>; everything else goes to <paramref name="progress"/>. Neither has a value of a row. The exit codes are those
/// of <see cref="VerifyCommand"/>.
/// </summary>
internal sealed class AuditVerifyCommand(IAuditVerifier verifier, TimeProvider time, TextWriter output, TextWriter progress)
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    private AuditSealHead? _last;
    private long _seals;
    private long _rows;
    private long _damaged;

    public async Task<int> RunAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation)
    {
        try
        {
            await VerifyAsync(from, to, cancellation);
        }
        catch (StoreUnavailableException unavailable)
        {
            await progress.WriteLineAsync(unavailable.Message);
            return VerifyCommand.Failed;
        }

        await progress.WriteLineAsync("Complete: " + Counts());
        await progress.WriteLineAsync(_last is { } last
            ? $"The last seal is {last.Number} of {last.SealedAt:u}: {last.Digest} (compare it with event 3501 of the log)"
            : "There is no seal.");
        return _damaged == 0 ? VerifyCommand.Intact : VerifyCommand.Damaged;
    }

    private async Task VerifyAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation)
    {
        var printed = time.GetTimestamp();
        await foreach (var verified in verifier.VerifyAsync(from, to, cancellation))
        {
            _last ??= verified.Last;
            _seals += verified.Count;
            _rows += verified.Rows;
            _damaged += verified.Failures.Count;
            foreach (var failure in verified.Failures)
            {
                await output.WriteLineAsync(
                    $"{NameOf(failure.Problem)}\t{(failure.Seal is { } seal ? $"seal {seal}" : "no seal")}\t{failure.Text}");
            }

            if (time.GetElapsedTime(printed) >= ProgressInterval)
            {
                printed = time.GetTimestamp();
                await progress.WriteLineAsync(Counts());
            }
        }
    }

    private string Counts() =>
        string.Create(CultureInfo.InvariantCulture, $"{_seals} seals, {_rows} audit rows verified, {_damaged} damaged");

    private static string NameOf(SealProblem problem) => problem switch
    {
        SealProblem.ChangedRows => "changed-rows",
        SealProblem.MissingRows => "missing-rows",
        SealProblem.AddedRows => "added-rows",
        SealProblem.UnsealedRows => "unsealed-rows",
        SealProblem.ChangedSeal => "changed-seal",
        SealProblem.MissingSeal => "missing-seal",
        SealProblem.BrokenChain => "broken-chain",
        _ => "unknown-form",
    };
}
