# What the build arguments SDK_IMAGE and RUNTIME_IMAGE of docker/Dockerfile name in the tests, where no registry of images is reached:
# a Debian, and with "runtime" the .NET of this machine. The SDK is only lent to the build, as a volume.
ARG DEBIAN
FROM ${DEBIAN} AS sdk
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
RUN ln -s /usr/share/dotnet/dotnet /usr/bin/dotnet

FROM sdk AS runtime
COPY dotnet /usr/share/dotnet/dotnet
COPY host /usr/share/dotnet/host
COPY shared /usr/share/dotnet/shared
