using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Redox.Media.Tests.Support;

/// <summary>
/// A person at the support pages, without a browser: keeps cookies, follows no redirect, sends the hidden fields of forms.
/// </summary>
internal sealed partial class ConsolePerson : IDisposable
{
    private readonly Uri _address;
    private readonly CookieContainer _cookies;

    public ConsolePerson(Uri address, CookieContainer? cookies = null)
    {
        (_address, _cookies) = (address, cookies ?? new CookieContainer());
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = _cookies })
        {
            BaseAddress = address,
        };
    }

    public HttpClient Http { get; }

    public static async Task<ConsolePerson> SignInAsync(Uri address, string token)
    {
        var person = new ConsolePerson(address);
        var answer = await person.PostAsync("/support/sign-in", await person.GetAsync("/support/sign-in"), ("token", token));
        Assert.That(answer.Status, Is.EqualTo(303), answer.Text);
        return person;
    }

    /// <summary>Another browser with the same cookies.</summary>
    public ConsolePerson Copy()
    {
        var copied = new CookieContainer();
        copied.Add(_cookies.GetAllCookies());
        return new ConsolePerson(_address, copied);
    }

    public async Task<PageAnswer> GetAsync(string path)
    {
        using var response = await Http.GetAsync(path);
        return await PageAnswer.OfAsync(response);
    }

    /// <param name="page">The page with the form, whose hidden fields are sent too; null for none.</param>
    public async Task<PageAnswer> PostAsync(string path, PageAnswer? page, params (string Name, string Value)[] fields)
    {
        var form = fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).ToList();
        foreach (Match hidden in page is null ? [] : (IEnumerable<Match>)HiddenField().Matches(FormOf(page.Text, path)))
        {
            if (fields.All(field => field.Name != hidden.Groups["name"].Value))
            {
                form.Add(new(hidden.Groups["name"].Value, WebUtility.HtmlDecode(hidden.Groups["value"].Value)));
            }
        }

        using var content = new FormUrlEncodedContent(form);
        using var response = await Http.PostAsync(path, content);
        return await PageAnswer.OfAsync(response);
    }

    public void Dispose() => Http.Dispose();

    // The form for this address; the token of another one where the page has none.
    private static string FormOf(string page, string action)
    {
        var forms = Form().Matches(page).Select(form => form.Value).ToList();
        return forms.FirstOrDefault(form => WebUtility.HtmlDecode(Action().Match(form).Groups[1].Value) == action) is { } found ? found
            : string.Concat(forms.Take(1).Select(form => Regex.Match(form, "<input[^>]*name=\"form-token\"[^>]*>").Value));
    }

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("action=\"([^\"]*)\"")]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\"(?: value=\"(?<value>[^\"]*)\")?")]
    private static partial Regex HiddenField();
}

/// <summary>What came back from a page.</summary>
internal sealed record PageAnswer(int Status, string? Location, string Text, HttpResponseHeaders Headers)
{
    public static async Task<PageAnswer> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Headers.Location?.IsAbsoluteUri == true ? response.Headers.Location.PathAndQuery
            : response.Headers.Location?.ToString(), await response.Content.ReadAsStringAsync(), response.Headers);
}
