using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Data.Migrations;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>Legal JSON that readers stumble over, and JSON that is none.</summary>
public sealed class HardMessagesTests
{
    private const string Twice = "occurs more than once";

    private static IEnumerable<TestCaseData> StrangeValues =>
    [
        Case("1e400", "A_number_beyond_double"),
        Case("-1e-400", "A_number_below_double"),
        Case(new string('9', 400), "An_integer_of_400_digits"),
        Case("0." + new string('1', 400), "A_fraction_of_400_digits"),
        Case("\"\\ud800\"", "Half_a_surrogate_pair"),
        Case("\"\\udc00\\ud800\"", "A_surrogate_pair_the_wrong_way_round"),
        Case("\"\\u0000\"", "A_null_character"),
        Case("\"2026-03-02T09:05:16-05:00\"", "A_date_with_an_offset"),
        Case("\"/Date(1198908717056)/\"", "A_date_of_old"),
        Case("\"0001-01-01T00:00:00+14:00\"", "A_date_before_the_first"),
        Case("\"" + new string('x', 500_000) + "\"", "A_very_long_string"),
    ];

    private static IEnumerable<TestCaseData> Duplicates =>
    [
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"Meta":{"DataModel":"Media","EventType":"Query"}}""", "Meta", "The_same_value_twice"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query","EventType":"Query"}}""", "Meta.EventType", "Inside_Meta"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"Patients":[{},{"Identifiers":[{},{},{"ID":"1","ID":"2"}]}]}""", "Patients[1].Identifiers[2].ID", "Inside_arrays"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"Patients":[{"Identifiers":[{"ID":"1","I\u0044":"2"}]}]}""", "Patients[0].Identifiers[0].ID", "One_of_them_escaped"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"Patients":null,"Patients":[]}""", "Patients", "The_first_null"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"Patients":[],"Patients":null}""", "Patients", "The_second_null"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query","Test":true,"Test":true,"Test":true}}""", "Meta.Test", "Three_times"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"x":{"y":[1,{"z":1,"z":1}]}}""", "(unknown member).(unknown member)[1].(unknown member)", "Among_unknown_members"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"x":{"ID":1,"ID":1}}""", "(unknown member).ID", "A_known_name_among_unknown_members"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"DocumentIDs":[[{"ID":1,"ID":1}]]}""", "DocumentIDs[0][0].ID", "Where_the_schema_takes_anything"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"\ud800":1,"\uD800":1}""", "(unknown member)", "Names_that_are_half_a_surrogate_pair"),
        Case("""{"Meta":{"DataModel":"Media","EventType":"Query"},"\u0000":1,"\u0000":1}""", "(unknown member)", "Names_that_are_a_null_character"),
        Case($$"""{"Meta":{"DataModel":"Media","EventType":"Query"},"{{new string('n', 70)}}":1,"{{new string('n', 70)}}":1}""", "(unknown member)", "Long_names"),
    ];

    private static IEnumerable<TestCaseData> NotJson =>
    [
        Case("", "Nothing"),
        Case("   ", "Blanks"),
        Case("{", "A_cut_object"),
        Case("{}{}", "Two_messages"),
        Case("{} // comment", "A_comment"),
        Case("{'Meta':1}", "Single_quotes"),
        Case("{\"Meta\":NaN}", "Not_a_number"),
        Case("{\"Meta\":1,}", "A_comma_too_many"),
        Case("\uFEFF{}", "A_byte_order_mark"),
        Case(string.Concat(Enumerable.Repeat("[", 65)) + new string(']', 65), "65_levels"),
    ];

    [TestCaseSource(nameof(StrangeValues))]
    public void Is_read_where_a_string_is_asked(string value)
    {
        var json = $$"""{"Meta":{"DataModel":"Media","EventType":"Query","EventDateTime":{{value}},"Logs":[{"ID":{{value}}}]},"DocumentIDs":[{{value}}]}""";

        Assert.That(Violations.In("Query", json), Is.Empty);
    }

    [TestCaseSource(nameof(StrangeValues))]
    public void Is_read_in_an_unknown_member(string value)
    {
        var json = $$$"""{"Meta":{"DataModel":"Media","EventType":"Query","Extensions":{"x":[{{{value}}}]}},"y":{{{value}}}}""";

        Assert.That(Violations.In("Query", json), Is.Empty);
    }

    [TestCase("1e400")]
    [TestCase("99999999999999999999999999999999999999999999")]
    [TestCase("4569885864")]
    public void A_number_may_be_of_any_size(string number)
    {
        var json = $$$$"""{"Meta":{"DataModel":"Media","EventType":"Query","Message":{"ID":{{{{number}}}}}}}""";

        Assert.That(Violations.In("Query", json), Is.Empty);
    }

    [TestCaseSource(nameof(Duplicates))]
    public void A_name_that_stands_twice_is_a_violation(string json, string path)
    {
        Assert.That(Violations.In("Query", json), Is.EqualTo(new[] { new Violation(path, Twice) }));
    }

    [Test]
    public void The_same_name_in_two_objects_stands_once_in_each()
    {
        var json = """{"Meta":{"DataModel":"Media","EventType":"Query"},"Patients":[{"Identifiers":[{"ID":"1"},{"ID":"1"}]}],"ID":1,"id":1,"Id":1}""";

        Assert.That(Violations.In("Query", json), Is.Empty);
    }

    [TestCaseSource(nameof(NotJson))]
    public void What_is_not_JSON_is_one_violation(string json)
    {
        Assert.That(Violations.In("Query", json), Is.EqualTo(new[] { new Violation("$", "must be JSON, at most 64 levels deep") }));
    }

    [Test]
    public void What_is_not_UTF_8_is_one_violation()
    {
        byte[] json = [.. "{\"Meta\":\""u8, 0xC3, 0x28, .. "\"}"u8];

        Assert.That(Violations.Catalog.Validate("Query", json), Is.EqualTo(new[] { new Violation("$", "must be UTF-8") }));
    }

    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("1")]
    [TestCase("\"Meta\"")]
    [TestCase("true")]
    public void A_message_that_is_no_object_is_one_violation(string json)
    {
        Assert.That(Violations.In("New", json), Is.EqualTo(new[] { new Violation("$", "must be an object") }));
    }

    [Test]
    public void Sixty_four_levels_are_read()
    {
        var json = $$"""{"Meta":{"DataModel":"Media","EventType":"Query"},"x":{{new string('[', 63)}}{{new string(']', 63)}}}""";

        Assert.That(Violations.In("Query", json), Is.Empty);
    }

    [Test]
    public void Known_names_are_known_in_their_own_case_only()
    {
        Assert.That(Violations.In("Query", """{"meta":{"DataModel":"Media","EventType":"Query"}}"""), Is.EqualTo(new[] { new Violation("Meta", "is required") }));
    }

    [Test]
    public void A_known_name_may_be_escaped()
    {
        Assert.That(Violations.In("Query", """{"\u004deta":{"DataModel":"Media","EventTyp\u0065":"Query"}}"""), Is.Empty);
    }

    [TestCase("""{"Patient":{"Identifiers":[{0}]}}""", "0")] // a megabyte of wrong elements
    [TestCase("""{"Patient":{"Identifiers":[{0}]}}""", "{}")] // a megabyte of empty elements
    [TestCase("""{"Patient":{"Identifiers":[{0}]}}""", """{"x":1,"x":1}""")] // a megabyte of names that stand twice
    public void A_hostile_message_gets_a_bounded_answer(string json, string element)
    {
        var utf8 = Encoding.UTF8.GetBytes(json.Replace("{0}", string.Join(',', Enumerable.Repeat(element, 1_000_000 / (element.Length + 1)))));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var violations = Violations.Catalog.Validate("New", utf8);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(violations, Has.Count.EqualTo(EventSchema.MaxViolations + 1));
        Assert.That(allocated, Is.LessThan(80L * 1024 * 1024), "bytes");
        Assert.That(violations[^1], Is.EqualTo(new Violation("$", "breaks more rules than are listed")));
    }

    private static TestCaseData Case(string json, string name) => new TestCaseData(json).SetArgDisplayNames(name);

    private static TestCaseData Case(string json, string path, string name) => new TestCaseData(json, path).SetArgDisplayNames(name);
}
