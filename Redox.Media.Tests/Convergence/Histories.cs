using FsCheck;
using FsCheck.Fluent;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>
/// Makes histories, and smaller ones of one that failed. A handful of documents, times and log IDs, so that everything meets: equal
/// times, log IDs on several messages, replaces in circles, the same events in two or three sources.
/// <para>
/// One thing is kept out, since the design decides it by arrival. A delivery that repeats (source, log ID, message without Meta)
/// is a duplicate by rule whatever its Meta says, so two that differ in their event time are never generated, unless one is a test: the
/// first to be applied would count. What staff hide and show comes by one connection, so that the last of it is known. What the check of
/// patients and of hidden originals sets aside depends on what is stored before: with one connection the model says what it is, with
/// several it takes what was applied.
/// </para>
/// </summary>
internal static class Histories
{
    private static readonly Gen<string> Time = Gen.Frequency(
        (8, Gen.Elements("0", "1", "2", "3")),
        (1, Gen.Elements("1.000001", "1.999999", "12")),
        (2, Gen.Elements("none", "broken")),
        (1, Gen.Elements("303", "308"))); // ahead of our clock at first, and no longer later on

    private static readonly Gen<string?> Log = Gen.Frequency(
        (5, Gen.Elements<string?>("a", "b", "B", "é", "\uFFFD", "\U0001F600", "a\\")),
        (4, Gen.Choose(1, 9999).Select(number => (string?)("own-" + number))),
        (2, Gen.Constant<string?>(null)));

    private static readonly Gen<HistoryEvent> Event =
        from kind in Gen.Frequency((5, Gen.Constant("New")), (4, Gen.Constant("Replace")), (2, Gen.Constant("Delete")),
            (1, Gen.Elements("Hide", "Hide", "Unhide")))
        from source in Gen.Frequency((5, Gen.Constant(0)), (2, Gen.Constant(1)), (1, Gen.Constant(2)))
        from document in Gen.Elements("A", "B", "C", "D", "E")
        from original in Gen.Elements("A", "B", "C", "D", "E")
        from time in Time
        from log in Log
        from patient in Gen.Frequency(
            (6, Gen.Elements("P", "PQ", "PR")), (2, Gen.Elements("PS", "S")), (1, Gen.Elements("O", "OS", "RO")), (1, Gen.Constant("")))
        from places in Gen.ArrayOf(Gen.Choose(0, 1), 2)
        from content in Gen.Choose(0, 2)
        from rare in Gen.ArrayOf(Gen.Choose(0, 9), 2)
        select new HistoryEvent
        {
            Source = source,
            Kind = kind,
            Document = document,
            Original = kind == "Replace" ? original : null,
            Time = time,
            Log = log,
            Patient = patient,
            Visit = places[0],
            Type = places[1],
            Content = kind == "Delete" ? 0 : content,
            Test = rare[0] < 3,
            Unavailable = rare[1] == 0,
        };

    /// <summary>Up to some three dozen events, each delivered one to four times, by up to eight connections.</summary>
    public static Arbitrary<History> Arbitrary { get; } = Arb.From(
        Gen.Sized(size =>
            from count in Gen.Choose(1, 2 + (size * 34 / 100))
            from connections in Gen.Frequency((2, Gen.Constant(1)), (2, Gen.Choose(2, 4)), (1, Gen.Constant(8)))
            from fresh in Gen.ArrayOf(Event, count)
            from earlier in Gen.ArrayOf(Gen.Choose(0, 3 * count), count)
            let events = fresh.Select((e, i) => earlier[i] < i ? SentAgain(fresh[earlier[i]], e) : e).ToArray()
            from times in Gen.ArrayOf(Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Constant(2)), (1, Gen.Choose(3, 4))), count)
            from order in Gen.Shuffle(events.SelectMany((e, i) => Enumerable.Repeat(e, times[i])).ToArray())
            from connection in Gen.ArrayOf(Gen.Choose(0, connections - 1), order.Length)
            select Allowed(order.Select((e, i) => e with { Connection = connection[i] }))),
        Shrink);

    /// <summary>The same message under another log ID, as a person sends it again by hand.</summary>
    private static HistoryEvent SentAgain(HistoryEvent e, HistoryEvent other) =>
        e with { Log = other.Log, Time = other.Time, Test = other.Test };

    /// <summary>The same with what is kept out put right: of deliveries that are duplicates by rule, the first decides.</summary>
    private static History Allowed(IEnumerable<HistoryEvent> deliveries)
    {
        var firsts = new Dictionary<object, HistoryEvent>();
        return new History([.. deliveries.Select(e =>
        {
            var key = (e.Source, e.Test, e.Log, e.Message);
            firsts.TryAdd(key, e);
            return e with { Time = e.Log is null ? e.Time : firsts[key].Time, Connection = e.IsCorrection ? 0 : e.Connection };
        })]);
    }

    private static IEnumerable<History> Shrink(History history)
    {
        var all = history.Deliveries;
        for (var length = all.Count / 2; length > 0; length /= 2)
        {
            for (var at = 0; at + length <= all.Count; at += length)
            {
                yield return Allowed(all.Take(at).Concat(all.Skip(at + length)));
            }
        }

        if (all.Any(e => e.Connection > 0))
        {
            yield return Allowed(all.Select(e => e with { Connection = 0 }));
        }

        for (var i = 0; i < all.Count; i++)
        {
            foreach (var simpler in Simpler(all[i]))
            {
                yield return Allowed(all.Select(e => e == all[i] ? simpler with { Connection = e.Connection } : e));
            }
        }
    }

    private static IEnumerable<HistoryEvent> Simpler(HistoryEvent e)
    {
        HistoryEvent[] candidates =
        [
            e with { Connection = 0 }, e with { Source = 0 }, e with { Patient = "P" }, e with { Visit = 0 }, e with { Type = 0 },
            e with { Content = 0 }, e with { Test = false }, e with { Unavailable = false }, e with { Log = "a" }, e with { Time = "0" },
            e with { Kind = "New", Original = null },
        ];
        return candidates.Where(candidate => candidate != e);
    }
}
