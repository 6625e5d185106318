using Muster.Seed;

return await SeedCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
