using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Configuration;

/// <summary>Invalid changes to the settings of a running service are logged and have no effect.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class LastKnownGoodTests
{
    private const string Key = "Fhir:MaxRequestsPerSecond";

    [Test]
    public void A_valid_change_takes_effect()
    {
        using var settings = new Settings("10");
        Assert.That(settings.Value, Is.EqualTo(10));

        settings.Change("20");
        Assert.That(settings.Value, Is.EqualTo(20));
        Assert.That(settings.Errors, Is.Empty);
    }

    [TestCase("0", "MaxRequestsPerSecond")]
    [TestCase("many", "a value has the wrong type")]
    public void An_invalid_change_leaves_the_last_valid_value_and_is_logged_once(string invalid, string reason)
    {
        using var settings = new Settings("10");
        settings.Change(invalid);

        Assert.That(Enumerable.Range(0, 5).Select(_ => settings.Value), Has.All.EqualTo(10));
        Assert.That(settings.Errors.Single(), Does.Contain(reason));
    }

    [Test]
    public void A_corrected_value_takes_effect_and_the_next_mistake_is_logged_again()
    {
        using var settings = new Settings("10");
        settings.Change("0");
        Assert.That(settings.Value, Is.EqualTo(10));
        settings.Change("20");
        Assert.That(settings.Value, Is.EqualTo(20));
        settings.Change("0");
        Assert.That(settings.Value, Is.EqualTo(20));

        Assert.That(settings.Errors, Has.Length.EqualTo(2));
    }

    private sealed class Settings : IDisposable
    {
        private readonly ServiceProvider _services;
        private readonly IConfigurationRoot _configuration;
        private readonly CapturedLogs _logs = new();

        public Settings(string value)
        {
            _configuration = new ConfigurationBuilder().AddInMemoryCollection([new(Key, value)]).Build();
            var services = new ServiceCollection();
            services.AddSingleton<IConfiguration>(_configuration);
            services.AddLogging(logging => logging.AddProvider(_logs));
            services.AddOptions<FhirSettings>().BindConfiguration(FhirSettings.Section).ValidateDataAnnotations();
            services.AddSingleton<SettingsProblems>();
            services.AddSingleton<LastKnownGood<FhirSettings>>();
            _services = services.BuildServiceProvider();
            _services.GetRequiredService<LastKnownGood<FhirSettings>>();
        }

        public int Value => _services.GetRequiredService<LastKnownGood<FhirSettings>>().Value.MaxRequestsPerSecond;

        public string[] Errors => [.. _logs.Entries.Where(entry => entry.StartsWith("Error", StringComparison.Ordinal))];

        public void Change(string value)
        {
            _configuration[Key] = value;
            try
            {
                _configuration.Reload();
            }
            catch (AggregateException)
            {
                // The options monitor throws the mistake at the caller of Reload, where a file watcher ignores it.
            }
        }

        public void Dispose() => _services.Dispose();
    }
}
