# The mock of the Authy API. The binary is built outside, by "make image":
# nothing has to be pulled.
FROM scratch
COPY mockauthy /mockauthy
# An empty folder. A volume that is mounted there belongs to the mock, as it does.
COPY --chown=65534:65534 data /data
USER 65534:65534
# Nobody outside of the container comes from its loopback. The mock warns of what
# is open, and MOCKAUTHY_CONTROL_TOKEN closes it.
ENV MOCKAUTHY_LISTEN=:2884 MOCKAUTHY_CONTROL_OPEN=true
EXPOSE 2884
HEALTHCHECK --interval=5s --timeout=3s CMD ["/mockauthy", "health"]
ENTRYPOINT ["/mockauthy"]
CMD ["serve"]
