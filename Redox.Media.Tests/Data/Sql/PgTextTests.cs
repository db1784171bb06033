using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Data.Sql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Sql;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PgTextTests
{
    /// <summary>Any UTF-16 units, with those that need care as often as all others.</summary>
    private static Arbitrary<string> AnyText =>
        Gen.OneOf(Gen.Choose(0, 0xFFFF), Gen.Choose(0xD7F0, 0xE010), Gen.Elements(0, '\\', 'D', '8', '0', 0xD800, 0xDC00))
            .Select(unit => (char)unit).ArrayOf().Select(units => new string(units)).ToArbitrary();

    [Test]
    public void Any_text_comes_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(AnyText, text => PgText.Decode(PgText.Encode(text)) == text));

    [Test]
    public void What_is_encoded_has_a_UTF_8_form_without_zero() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(AnyText, text =>
    {
        var encoded = PgText.Encode(text);
        var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        return !encoded.Contains('\0') && strict.GetString(strict.GetBytes(encoded)) == encoded;
    }));

    [TestCase("plain")]
    [TestCase("\u00E9 \U0001F600")]
    [TestCase("")]
    public void What_needs_nothing_stays_as_it_is(string text) => Assert.That(PgText.Encode(text), Is.EqualTo(text));

    [Test]
    public async Task PostgreSQL_gives_back_any_text_alone_and_in_a_list()
    {
        await using var database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        var texts = AnyText.Generator.Sample(200).ToArray();
        await using var command = database.CreateCommand("select $1, $2::text[]");
        command.Parameters.Add(Parameter.Texts(texts).ToParameter());
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Parameter.Literal(texts.Select(PgText.Encode)) });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();

        Assert.That(((string[])reader[0]).Select(PgText.Decode), Is.EqualTo(texts));
        Assert.That(((string[])reader[1]).Select(PgText.Decode), Is.EqualTo(texts));
    }
}
