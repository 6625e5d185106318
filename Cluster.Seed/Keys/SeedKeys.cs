using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Muster.Seed.Keys;

/// <summary>Adds what a seed does about keys.</summary>
internal static class SeedKeys
{
    /// <summary>Checks them before the gateway listens, and lets the owner of the data folder in.</summary>
    public static void AddSeedKeys(this IServiceCollection services, SeedSettings settings)
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<KeyPreparation>(provider, settings));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<KeyPreparation>());
        if (settings.Store != "memory")
        {
            services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<OperatorToken>(provider, settings.Data));
        }
    }
}
